/** So many at once, so many more in a queue. */
export interface Turns {
  /** Runs it when its turn comes; undefined when the queue is full. */
  take<Result extends object>(run: () => Promise<Result>): Promise<Result | undefined>
}

export function createTurns(atOnce: number, maxWaiting: number): Turns {
  const waiting: (() => void)[] = []
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

  return {
    async take(run) {
      if (running >= atOnce && waiting.length >= maxWaiting) return undefined
      await begin()
      try {
        return await run()
      } finally {
        end()
      }
    },
  }
}
