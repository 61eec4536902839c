/** One look at something long: how far it is, and how far it has to go. */
export interface ProgressSample {
  atMs: number
  done: number
  total: number
}

export interface ProgressWords {
  what: string
  unit: string
}

const RATE_WINDOW_MS = 30_000
/** Closer than this it is not long work but the ordinary following of the network. */
const CLOSE_ENOUGH = 10
/** Fewer lines once it goes on for long. */
const LINE_EVERY_MS = 2_000

/** Turns samples into lines with a rate and the time left; undefined when there is nothing new to say. */
export function progressLines(words: ProgressWords): (sample: ProgressSample) => string | undefined {
  let window: ProgressSample[] = []
  let said: ProgressSample | undefined
  let isBehind = false
  return (sample) => {
    window = [...window.filter(({ atMs }) => sample.atMs - atMs <= RATE_WINDOW_MS), sample]
    if (sample.total - sample.done <= CLOSE_ENOUGH) {
      const wasBehind = isBehind
      isBehind = false
      said = undefined
      return wasBehind ? `${words.what}: up to date at ${count(sample.done)} ${words.unit}` : undefined
    }
    isBehind = true
    const isOld = said === undefined || sample.atMs - said.atMs >= LINE_EVERY_MS
    if (!isOld || said?.done === sample.done) return undefined
    said = sample
    return `${words.what}: ${count(sample.done)} of ${count(sample.total)} ${words.unit}${pace(window, sample, words.unit)}`
  }
}

function pace(window: readonly ProgressSample[], now: ProgressSample, unit: string): string {
  const first = window[0] ?? now
  const seconds = (now.atMs - first.atMs) / 1000
  const perSecond = seconds > 0 ? (now.done - first.done) / seconds : 0
  if (perSecond <= 0) return ''
  const shown = perSecond >= 10 ? count(Math.round(perSecond)) : perSecond.toFixed(1)
  return `, ${shown} ${unit}/s, about ${duration((now.total - now.done) / perSecond)} left`
}

/** Rounded up to the unit that matters. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s`
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}
