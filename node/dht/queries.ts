import { countItems, parseBencode } from '../protocol/bencode.ts'
import { rawBytes, utf8Encode } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import type { AnnouncePeerCall, GetDataCall, PutDataCall } from '../protocol/dht-call.ts'
import { type DhtItem, parseDhtItem, type RawDhtItem } from '../protocol/dht-item.ts'
import type { DhtFault, DhtQuery, DhtValue } from '../protocol/dht-message.ts'
import type { Target } from '../protocol/dht-target.ts'
import {
  DHT_VALUE_BENCODE,
  MAX_DHT_MULTI_BYTES,
  MAX_DHT_REPLY_BYTES,
  MAX_DHT_REPLY_ITEMS,
  MAX_DHT_SINGLE_BYTES,
} from '../protocol/limits.ts'
import type { NameView } from '../protocol/name-view.ts'
import { isNodeIdOfIp } from '../protocol/node-id.ts'
import { checkDhtItem, putErrorText } from '../protocol/rules/check-dht-item.ts'
import type { StoredDhtItem } from '../store/dht-items.ts'
import { type Contact, compareDistance, type Endpoint } from './contact.ts'
import type { ItemStore } from './item-store.ts'
import {
  BUCKET_SIZE,
  MAX_FLOOD_IPS,
  MAX_PUTS_BURST,
  MAX_PUTS_PER_MINUTE_PER_IP,
  MAX_PUTS_PER_SECOND,
  NEIGHBOURS,
  REPLY_ITEMS_OVERHEAD,
  REPLY_OVERHEAD_BYTES,
} from './limits.ts'
import type { ReplyBody, Rpc } from './rpc.ts'
import { TokenBuckets } from './token-bucket.ts'
import { Tokens } from './tokens.ts'
import type { TrackerPeers } from './tracker-peers.ts'

interface QueriesOptions {
  nameView: NameView
  clock: Clock
  items: Pick<ItemStore, 'itemsOf' | 'holds'>
  /** A value that may be stored has come. */
  keep: (item: DhtItem) => void
  /** A value that is held already has come. */
  onHeld: (item: RawDhtItem, target: Target, isMulti: boolean) => void
  trackers: TrackerPeers
  localId: () => Uint8Array
  closest: (target: Uint8Array, count: number) => Contact[]
  /** The sender's id fits its address; it may be worth a ping. */
  onSender: (from: Endpoint) => void
}

/** Answers the queries of other nodes (spec 2.3, 2.6). */
export class Queries {
  readonly #options: QueriesOptions
  readonly #puts = new TokenBuckets({
    perSecond: MAX_PUTS_PER_MINUTE_PER_IP / 60,
    burst: MAX_PUTS_PER_MINUTE_PER_IP,
    maxKeys: MAX_FLOOD_IPS,
  })
  readonly #allPuts = new TokenBuckets({ perSecond: MAX_PUTS_PER_SECOND, burst: MAX_PUTS_BURST, maxKeys: 1 })
  readonly #tokens = new Tokens()

  constructor(options: QueriesOptions) {
    this.#options = options
  }

  answer(rpc: Pick<Rpc, 'reply' | 'error'>, query: DhtQuery | DhtFault, from: Endpoint): void {
    if (query.id === undefined) {
      if (query.kind === 'fault') rpc.error(from, query, query.text, false)
      return
    }
    // "if x.id does not fit the source IP: reply {z:r, r:{id, ip}} and nothing else — the query is not executed"
    // (spec 2.3-6); the sender is not put in the table before that either (spec 8.1 #5).
    if (!isNodeIdOfIp(query.id, from.host)) {
      rpc.reply(from, query, { ip: from.host })
      return
    }
    this.#options.onSender(from)
    const answer = query.kind === 'fault' ? query.text : this.#execute(query, from)
    if (typeof answer === 'string') rpc.error(from, query, answer, true)
    else rpc.reply(from, query, answer)
  }

  #execute({ call }: DhtQuery, from: Endpoint): ReplyBody | string {
    switch (call.method) {
      case 'ping':
        return {}
      case 'findNode':
        return { nodes: this.#nodes(call.target) }
      case 'getData':
        return this.#getData(call, from)
      case 'putData':
        return this.#putData(call, from)
      case 'announcePeer':
        return this.#announcePeer(call, from)
      case 'unknown': {
        // "with a 20-byte string target or infoHash ⇒ answered like findNode, else error" (spec 2.6).
        const target = call.target ?? call.infohash
        return target === undefined ? 'unknown message' : { nodes: this.#nodes(target) }
      }
    }
  }

  #getData({ resource, target, justToken }: GetDataCall, from: Endpoint): ReplyBody {
    const answer = { token: this.#tokens.issue(from.host, target), nodes: this.#nodes(target) }
    if (resource.r === 'tracker') {
      const found = this.#options.trackers.find(target)
      if (found === undefined) return { ...answer, values: [] }
      // "followers int (own estimate if the node is in that swarm, else 0)" (spec 2.6).
      const values = found.peers.map(({ host, port }) => ({ ip: host, port }))
      return { ...answer, values, followers: found.known, n: found.name }
    }
    const stored = this.#options.items.itemsOf(target)
    // "data: list, only if the node has an item"; "value known, justtoken≠0: empty list" (spec 2.6).
    if (stored.length === 0) return answer
    return { ...answer, data: justToken === true ? [] : fittingValues(stored) }
  }

  /** The acceptance order of spec 3.3. What costs a check of a signature comes after what bounds their number. */
  #putData({ p, sigP, sigUser, target, token }: PutDataCall, from: Endpoint): ReplyBody | string {
    const { nameView, clock, items, keep, onHeld } = this.#options
    if (p.length > MAX_DHT_SINGLE_BYTES) return 'message too big'
    const item = parseDhtItem({ p, sigP, sigUser })
    if (item?.resource.t === 'm' && p.length > MAX_DHT_MULTI_BYTES) return 'message too big'
    if (!this.#tokens.isValid(token, from.host, target)) return 'invalid token'
    if (item === undefined) return 'invalid signature'
    // Most puts are of what is held: all who hold a value put it again every hour.
    if (items.holds(target, item)) {
      onHeld(item, target, item.resource.t === 'm')
      return {}
    }
    const nowMs = performance.now()
    if (!this.#puts.take(from.host, 1, nowMs) || !this.#allPuts.take('', 1, nowMs)) return {}
    const verdict = checkDhtItem(item, nameView, clock.now(), 'store')
    if (verdict.kind !== 'accept') return putErrorText(verdict.code) ?? verdict.code
    // "store only if fewer than 8 known or own distance < that of the farthest; silently ignored" (spec 3.3-12).
    if (!this.#isNeighbour(target)) return {}
    keep(item)
    return {}
  }

  /** "implied_port≠0 ⇒ UDP source port used; token must be valid for infoHash and source IP" (spec 2.6). */
  #announcePeer(call: AnnouncePeerCall, from: Endpoint): ReplyBody | string {
    const port = call.isImpliedPort === true ? from.port : call.port
    if (!this.#tokens.isValid(call.token, from.host, call.infohash)) return 'invalid token'
    if (port > 0) this.#options.trackers.announce(call.infohash, { host: from.host, port }, call.n)
    return {}
  }

  #isNeighbour(target: Target): boolean {
    const closest = this.#options.closest(target, NEIGHBOURS)
    const farthest = closest.at(-1)
    if (closest.length < BUCKET_SIZE || farthest === undefined) return true
    return compareDistance(target, this.#options.localId(), farthest.id) < 0
  }

  #nodes(target: Uint8Array): { id: Uint8Array; ip: string; port: number }[] {
    const closest = this.#options.closest(target, BUCKET_SIZE)
    return closest.map(({ id, host, port }) => ({ id, ip: host, port }))
  }
}

/** "SHOULD serve only the newest values within <= ~9000 bytes and < 480 values" (spec 3.8). */
export function fittingValues(stored: readonly StoredDhtItem[]): DhtValue[] {
  const values: DhtValue[] = []
  let bytesLeft = MAX_DHT_REPLY_BYTES - REPLY_OVERHEAD_BYTES
  let itemsLeft = MAX_DHT_REPLY_ITEMS - REPLY_ITEMS_OVERHEAD
  for (const { p, sigP, sigUser } of stored) {
    const parsed = parseBencode(p, DHT_VALUE_BENCODE)
    if (parsed === undefined) continue
    // The dict, its three keys with their lengths, the signature and the name; and the dict, p, sig_p, sig_user.
    bytesLeft -= p.length + 110 + sigUser.length
    itemsLeft -= countItems(parsed) + 3
    if ((bytesLeft < 0 || itemsLeft < 0) && values.length > 0) break
    values.push({ p: rawBytes(p), sigP, sigUser: utf8Encode(sigUser) })
  }
  return values
}
