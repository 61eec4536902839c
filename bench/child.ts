import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a piece of work took, of this process alone. */
export interface Usage {
  readonly seconds: number
  readonly cpu_user_s: number
  readonly cpu_sys_s: number
}

/** A process of the benchmark's own: it says one thing, and answers when asked. It ends with the one that started it. */
export interface Child {
  /** The next thing it says. */
  said(): Promise<unknown>
  /** Asks it to say something. */
  ask(): void
  end(): Promise<void>
}

/** Starts `file` of this folder. */
export function startChild(file: string, args: readonly string[]): Child {
  const child: ChildProcess = fork(join(import.meta.dirname, file), args, { execArgv: ['--import', 'tsx'] })
  const said: unknown[] = []
  const waiting: ((message: unknown) => void)[] = []
  let failed: (error: Error) => void = () => undefined
  const failure = new Promise<never>((_, reject) => {
    failed = reject
  })
  failure.catch(() => undefined)
  child.on('message', (message) => {
    const take = waiting.shift()
    if (take === undefined) said.push(message)
    else take(message)
  })
  child.once('exit', (code, signal) => failed(new Error(`${file} ended with ${code ?? signal}`)))
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  return {
    said: () => Promise.race([failure, said.length > 0 ? said.shift() : new Promise((take) => waiting.push(take))]),
    ask: () => void child.send('say'),
    end: async () => {
      process.removeListener('exit', kill)
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

/** In a child: says something to the process that started it. */
export function say(message: object): void {
  process.send?.(message)
}

/** In a child: says what `answer` gives whenever it is asked, and ends when the parent is gone. */
export function answerParent(answer: () => object): void {
  process.on('message', () => say(answer()))
  process.once('disconnect', () => process.exit())
}

/** CPU time and wall time since the call. */
export function startMeasuring(): () => Usage {
  const cpu = process.cpuUsage()
  const start = performance.now()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return {
      seconds: rounded((performance.now() - start) / 1000, 4),
      cpu_user_s: rounded(user / 1e6),
      cpu_sys_s: rounded(system / 1e6),
    }
  }
}

/** A clock that all processes of this machine share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}

/** Anonymous memory of this process in MB; pages of mapped files are not counted. */
export function rssAnonMb(): number {
  return Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? Number.NaN) / 1024
}

/** What lies in the middle, and what only one in twenty exceeds. */
export function percentiles(values: readonly number[]): { readonly p50: number; readonly p95: number } {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number => rounded(sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN)
  return { p50: at(0.5), p95: at(0.95) }
}
