import type { Log } from '../log.ts'
import type { Verdict } from '../protocol/verdict.ts'
import { BAN_SCORE, MAX_OFFENDERS } from './limits.ts'
import type { Peer } from './peer.ts'

/** A peer that was closed for what it sent. */
export interface Offender {
  readonly host: string
  readonly port: number
  readonly score: number
  /** What it was refused last. */
  readonly code: string
  /** Unix seconds. */
  readonly at: number
}

export interface Judge {
  judge(peer: Peer, verdict: Verdict): void
  offenders(): Offender[]
  /** How often something was refused, by code. */
  refused(): Record<string, number>
}

/** Scores peers: "Sum >= 100 → disconnect and ban the IP for 24 h" (chain.md 5.10). */
export function makeJudge(log: Log, now: () => number, ban: (host: string) => void): Judge {
  const offenders: Offender[] = []
  const refused = new Map<string, number>()

  function judge(peer: Peer, verdict: Verdict): void {
    if (verdict.kind === 'accept') return
    const { code, detail } = verdict
    const { host, port } = peer
    if (verdict.kind === 'ignore') {
      log.debug({ peer: host, port, code, detail }, 'ignored')
      return
    }
    refused.set(code, (refused.get(code) ?? 0) + 1)
    peer.score += verdict.score
    log.warn({ peer: host, port, code, detail, score: peer.score }, 'refused')
    if (peer.score < BAN_SCORE) return
    offenders.push({ host, port, score: peer.score, code, at: now() })
    if (offenders.length > MAX_OFFENDERS) offenders.shift()
    ban(host)
    peer.connection.close('misbehaving')
  }

  return { judge, offenders: () => [...offenders], refused: () => Object.fromEntries(refused) }
}
