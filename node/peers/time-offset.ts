const MAX_SAMPLES = 200
const MIN_SAMPLES = 5
const MAX_OFFSET_S = 70 * 60

/**
 * The median difference between our clock and the peers': "Per peer IP one sample, max 200 samples; when count >=5 and
 * odd: median; used if |median| < 70 min, else offset 0 (util.cpp:1341-1392; the filter starts with one 0 sample)"
 * (chain.md 5.9).
 */
export class TimeOffset {
  /** Seconds to add to our clock. */
  offset = 0
  readonly #samples: number[] = [0]
  readonly #hosts = new Set<string>()

  add(host: string, offset: number): void {
    if (this.#hosts.has(host) || this.#samples.length >= MAX_SAMPLES) return
    this.#hosts.add(host)
    this.#samples.push(offset)
    if (this.#samples.length < MIN_SAMPLES || this.#samples.length % 2 === 0) return
    const median = [...this.#samples].sort((a, b) => a - b)[this.#samples.length >> 1] ?? 0
    this.offset = Math.abs(median) < MAX_OFFSET_S ? median : 0
  }
}
