/** Where time comes from: passed in, so that tests and devnets can set it. */
export interface Clock {
  /** Unix time in seconds, possibly fractional. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() / 1000 }

/** A clock that shows `startSeconds` now and runs at normal speed from there. */
export function clockFrom(startSeconds: number): Clock {
  const startedAt = performance.now()
  return { now: () => startSeconds + (performance.now() - startedAt) / 1000 }
}
