import { siteOf } from './ip.ts'
import { BAN_TIME_S, MAX_BANS } from './limits.ts'

/** Who is not talked to for a day, by IP (IPv6: by /64, which one machine has whole), in memory only; "loopback peers are exempt from bans" (chain.md B24). */
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
    this.#until.set(siteOf(host), now + BAN_TIME_S)
  }

  isBanned(host: string, now: number): boolean {
    const site = siteOf(host)
    const until = this.#until.get(site)
    if (until !== undefined && until <= now) this.#until.delete(site)
    return until !== undefined && until > now
  }
}
