import { isLocalAddress } from '../protocol/node-id.ts'
import { subnetOf } from './contact.ts'
import { MAX_IP_VOTERS, REPLACE_IP_AFTER_MS, VOTES_TO_CORRECT_IP, VOTES_TO_REPLACE_IP } from './limits.ts'

/**
 * Our external IP as others see it: "one vote per voter address; first winner taken at once, later the winner is
 * replaced after >= 50 votes or 5 min; private addresses can't win" (spec 2.4, ip_voter.cpp:51-130). With hysteresis
 * against flapping (spec 8.1 #18): a new winner needs two thirds of a round's votes, and three voters; a /24 has one vote.
 * And since the first voter may have lied, and nobody executes our queries while our id does not fit our address, eight
 * votes are enough when nearly all of them name another one.
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
    const voice = isLocalAddress(voter) ? voter : subnetOf(voter, 24)
    if (!this.#isPublic(ip) || this.#voters.has(voice) || this.#voters.size >= MAX_IP_VOTERS) return undefined
    this.#voters.set(voice, ip)
    if (this.#winner === undefined) {
      this.#winner = ip
      return ip
    }
    const isRoundOver = this.#voters.size >= VOTES_TO_REPLACE_IP || nowMs - this.#roundStartedMs >= REPLACE_IP_AFTER_MS
    return isRoundOver || this.#isClearlyWrong(ip) ? this.#closeRound(nowMs) : undefined
  }

  #isClearlyWrong(other: string): boolean {
    const votes = [...this.#voters.values()].filter((ip) => ip === other).length
    return other !== this.#winner && votes >= VOTES_TO_CORRECT_IP && votes * 8 >= this.#voters.size * 7
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
