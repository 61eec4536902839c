const WINDOW_MS = 10_000

/** Blocks per second over the last ten seconds. */
export class SyncRate {
  perSecond = 0
  #samples: { height: number; at: number }[] = []

  sample(height: number, at: number): void {
    this.#samples = [...this.#samples.filter((sample) => at - sample.at <= WINDOW_MS), { height, at }]
    const [first] = this.#samples
    if (first === undefined || at <= first.at) return
    this.perSecond = Math.max(0, (1000 * (height - first.height)) / (at - first.at))
  }

  secondsFor(blocks: number): number | undefined {
    if (blocks <= 0) return 0
    return this.perSecond > 0 ? blocks / this.perSecond : undefined
  }
}
