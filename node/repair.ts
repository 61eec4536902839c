import type { Dht } from './dht/dht.ts'
import { TokenBuckets } from './dht/token-bucket.ts'
import { MAX_RESENT_NUMBERS, RESENT_BURST, RESENT_PER_SECOND } from './limits.ts'
import type { Log } from './log.ts'
import type { RepairMessage } from './outbox/repair-message.ts'
import type { Clock } from './protocol/clock.ts'
import { parseDhtItem, type RawDhtItem } from './protocol/dht-item.ts'
import { targetHash } from './protocol/dht-target.ts'
import type { NameView } from './protocol/name-view.ts'
import { checkDhtItem } from './protocol/rules/check-dht-item.ts'
import { parseUsername, type Username } from './protocol/username.ts'
import { isRefusal, readPiece } from './protocol/userpost.ts'
import { MAX_FOLLOWING_PAGES } from './refresh/limits.ts'
import type { Store } from './store/store.ts'
import type { Swarms } from './swarm/swarms.ts'

interface RepairOptions {
  store: Pick<Store, 'posts' | 'dhtItems'>
  swarms: Pick<Swarms, 'addPiece'>
  dht: Pick<Dht, 'keep'>
  nameView: NameView
  clock: Clock
  isFollowed: (username: Username) => boolean
  log: Log
}

export interface RepairStats {
  /** Posts and values sent again, and such that came from the index: those that were lacking, and those not taken. */
  resent: number
  regained: number
  untaken: number
}

/** Does what the reconciler asks for: sends again what the index lacks, and judges what it hands over like any other. */
export interface Repair {
  take(message: RepairMessage): void
  stats(): RepairStats
}

export function openRepair(options: RepairOptions): Repair {
  const { store, swarms, dht, nameView, clock, isFollowed, log } = options
  const counts = { resent: 0, regained: 0, untaken: 0 }

  const resends = new TokenBuckets({ perSecond: RESENT_PER_SECOND, burst: RESENT_BURST, maxKeys: 1 })
  const mayResend = () => resends.take('', 1, performance.now())

  function take(message: RepairMessage): void {
    const username = parseUsername(message.username)
    if (username === undefined || !isFollowed(username)) return
    const before = { ...counts }
    counts.resent += store.posts.announceAgain(username, numbersOf(message.wantedNumbers, mayResend))
    for (const r of message.wantedResources) counts.resent += announceAgain(username, r)
    for (const piece of message.pieces) note(takePiece(username, piece))
    for (const value of message.values) note(takeValue(username, value))
    const { resent, regained } = { resent: counts.resent - before.resent, regained: counts.regained - before.regained }
    log.info({ username, resent, regained }, 'repaired what the index and this node lacked')
  }

  function announceAgain(n: Username, r: string): number {
    const again = (resource: string) => (mayResend() ? announce(resource) : 0)
    const announce = (resource: string) => store.dhtItems.announceAgain(targetHash({ n, r: resource, t: 's' }))
    if (r !== 'following') return again(r)
    let sent = 0
    for (let page = 1; page <= MAX_FOLLOWING_PAGES; page++) {
      const count = again(`following${page}`)
      if (count === 0) break
      sent += count
    }
    return sent
  }

  function takePiece(username: Username, piece: Uint8Array): boolean {
    const post = readPiece(piece)
    return !isRefusal(post) && swarms.addPiece(username, post.userpost.k, piece, 'index').kind === 'accept'
  }

  /** A user's own singles alone: what others file under a word is nobody's to hand over. */
  function takeValue(username: Username, value: RawDhtItem): boolean {
    const item = parseDhtItem(value)
    if (item === undefined || item.resource.t !== 's' || item.resource.n !== username) return false
    return checkDhtItem(item, nameView, clock.now(), 'read').kind === 'accept' && dht.keep(item)
  }

  function note(isTaken: boolean): void {
    if (isTaken) counts.regained++
    else counts.untaken++
  }

  return { take, stats: () => ({ ...counts }) }
}

/** First and last in turn; as many as one message, and all of late, may ask for. */
function* numbersOf(ranges: readonly number[], mayResend: () => boolean): Generator<number> {
  let left = MAX_RESENT_NUMBERS
  for (let index = 0; index + 1 < ranges.length; index += 2) {
    const last = ranges[index + 1] ?? -1
    for (let k = ranges[index] ?? 0; k <= last; k++) {
      if (left-- <= 0 || !mayResend()) return
      yield k
    }
  }
}
