import { BAN_TIME_S, MAX_BANS } from './limits.ts'

/** Who is not talked to for a day, by IP, in memory only; "loopback peers are exempt from bans" (chain.md B24). */
export class Bans {
  readonly #until = new Map<string, number>()
  readonly #isExempt: (host: string) => boolean

  constructor(isExempt: (host: string) => boolean) {
    this.#isExempt = isExempt
  }

  ban(host: string, now: number): void {
    if (this.#isExempt(host)) return
    const [oldest] = this.#until.keys()
    if (this.#until.size >= MAX_BANS && oldest !== undefined) this.#until.delete(oldest)
    this.#until.set(host, now + BAN_TIME_S)
  }

  isBanned(host: string, now: number): boolean {
    const until = this.#until.get(host)
    if (until !== undefined && until <= now) this.#until.delete(host)
    return until !== undefined && until > now
  }
}
