/** So many at once, so many more in a queue, and of them no more than a part for one reader. */
export interface Turns {
  /**
   * Runs it when its turn comes; undefined when the queue is full, or the reader's part of it. A reader without a name may
   * be many.
   */
  take<Result extends object>(reader: string | undefined, run: () => Promise<Result>): Promise<Result | undefined>
}

export interface TurnsOptions {
  atOnce: number
  maxWaiting: number
  /** Running and waiting. */
  maxPerReader: number
}

export function createTurns({ atOnce, maxWaiting, maxPerReader }: TurnsOptions): Turns {
  const waiting: (() => void)[] = []
  const perReader = new Map<string, number>()
  let running = 0

  async function begin(): Promise<void> {
    if (running < atOnce) running++
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }

  /** Who waits longest takes over the place. */
  function end(): void {
    const next = waiting.shift()
    if (next === undefined) running--
    else next()
  }

  function count(reader: string | undefined, difference: 1 | -1): void {
    if (reader === undefined) return
    const mine = (perReader.get(reader) ?? 0) + difference
    if (mine === 0) perReader.delete(reader)
    else perReader.set(reader, mine)
  }

  return {
    async take(reader, run) {
      if (running >= atOnce && waiting.length >= maxWaiting) return undefined
      if (reader !== undefined && (perReader.get(reader) ?? 0) >= maxPerReader) return undefined
      count(reader, 1)
      await begin()
      try {
        return await run()
      } finally {
        end()
        count(reader, -1)
      }
    },
  }
}
