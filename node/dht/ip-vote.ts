const VOTES_TO_REPLACE = 50
const REPLACE_AFTER_MS = 5 * 60_000
const MAX_VOTERS = 500

/**
 * Our external IP as others see it: "one vote per voter address; first winner taken at once, later the winner is
 * replaced after >= 50 votes or 5 min; private addresses can't win" (spec 2.4, ip_voter.cpp:51-130). With hysteresis
 * against flapping (spec 8.1 #18): a new winner needs two thirds of a round's votes, and three voters.
 */
export class IpVote {
  #voters = new Map<string, string>()
  #winner: string | undefined
  #roundStartedMs: number
  readonly #isPublic: (ip: string) => boolean

  constructor(isPublic: (ip: string) => boolean, nowMs: number, winner?: string) {
    this.#isPublic = isPublic
    this.#winner = winner
    this.#roundStartedMs = nowMs
  }

  get externalIp(): string | undefined {
    return this.#winner
  }

  /** Counts a vote; returns the new external address when it changed. */
  vote(voter: string, ip: string, nowMs: number): string | undefined {
    if (!this.#isPublic(ip) || this.#voters.has(voter) || this.#voters.size >= MAX_VOTERS) return undefined
    this.#voters.set(voter, ip)
    if (this.#winner === undefined) {
      this.#winner = ip
      return ip
    }
    const isRoundOver = this.#voters.size >= VOTES_TO_REPLACE || nowMs - this.#roundStartedMs >= REPLACE_AFTER_MS
    return isRoundOver ? this.#closeRound(nowMs) : undefined
  }

  #closeRound(nowMs: number): string | undefined {
    const counts = new Map<string, number>()
    for (const ip of this.#voters.values()) counts.set(ip, (counts.get(ip) ?? 0) + 1)
    const total = this.#voters.size
    const [best] = [...counts].sort((a, b) => b[1] - a[1])
    this.#voters = new Map()
    this.#roundStartedMs = nowMs
    if (best === undefined || best[0] === this.#winner || best[1] < 3 || best[1] * 3 < total * 2) return undefined
    this.#winner = best[0]
    return best[0]
  }
}
