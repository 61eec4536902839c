import { judge, type Question, type Verdict } from './verify-judge.ts'

export interface TimedVerdict extends Verdict {
  ms: number
}

/** Checks off the page's own thread: the work of a thousand headers takes half a second. */
addEventListener('message', ({ data }: MessageEvent<Question>) => {
  const start = performance.now()
  const verdict = judge(data)
  postMessage({ ...verdict, ms: Math.max(1, Math.round(performance.now() - start)) } satisfies TimedVerdict)
})
