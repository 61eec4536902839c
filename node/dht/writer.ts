import { bytesEqual, utf8Encode } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import type { GetDataCall } from '../protocol/dht-call.ts'
import { type DhtItem, parseDhtItem, type RawDhtItem } from '../protocol/dht-item.ts'
import { type Target, targetHash } from '../protocol/dht-target.ts'
import type { NameView } from '../protocol/name-view.ts'
import type { StoredDhtItem } from '../store/dht-items.ts'
import type { ItemStore } from './item-store.ts'
import { BUCKET_SIZE, MAX_REPUTS_AT_ONCE, REPUT_GAP_MS, REPUT_MULTI_SECONDS } from './limits.ts'
import type { LookupNode } from './lookup.ts'
import type { Network } from './network.ts'
import { PostThinning } from './post-thinning.ts'
import { type Refreshed, RefreshSchedule } from './refresh-schedule.ts'

interface WriterOptions {
  network: Pick<Network, 'getData' | 'rpc'>
  items: ItemStore
  nameView: NameView
  clock: Clock
  /** Whose values are put again first, and all of them. */
  isFollowed: (signer: string) => boolean
}

/** Puts values to the nodes closest to them, and again and again while they live: "every node holding the value" (spec 3.6). */
export class Writer {
  readonly #options: WriterOptions
  /** Our own and those of followed users. */
  readonly #ours = new RefreshSchedule()
  /** What others gave us to keep. */
  readonly #strangers = new RefreshSchedule()
  readonly #thinning = new PostThinning()
  #running = 0
  #dueMs = 0
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: WriterOptions) {
    this.#options = options
    const nowMs = performance.now()
    const count = options.items.size
    for (const held of options.items.liveItems()) {
      const item = this.#isRefreshed(held) ? parseDhtItem(held) : undefined
      if (item === undefined) continue
      this.#scheduleOf(held).addStored(item, nowMs, count)
      if (isStrange(held)) this.#thinning.add(item)
    }
  }

  /** A new value of our own, to be refreshed from now on. */
  add(item: DhtItem): void {
    this.#ours.addFresh(item, performance.now())
  }

  /** Resolves with the number of nodes that took it. */
  put(item: DhtItem): Promise<number> {
    return this.#putToClosest(item, true)
  }

  /** A value of somebody else has come: fetched for us, or given to us to keep. */
  keep(item: DhtItem, isGiven: boolean): void {
    const nowMs = performance.now()
    if (this.#options.isFollowed(item.sigUser)) this.#ours.addConfirmed(item, nowMs)
    else if (isGiven) {
      this.#strangers.addConfirmed(item, nowMs)
      this.#thinning.add(item)
    }
  }

  /** Somebody has put again what is held here: it need not be done twice. */
  seenAgain(item: RawDhtItem, target: Target, isMulti: boolean, nowMs = performance.now()): void {
    this.#strangers.postpone(item, target, isMulti, nowMs)
  }

  /** Puts what is due: "≥ 500 ms apart" (spec 3.6). */
  refresh(nowMs: number): void {
    this.#dueMs = nowMs
    if (this.#timer === undefined) this.#next()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #next(): void {
    this.#timer = undefined
    if (this.#isClosed) return
    if (this.#running < MAX_REPUTS_AT_ONCE && !this.#startOne()) return
    this.#timer = setTimeout(() => this.#next(), REPUT_GAP_MS)
  }

  /** False when nothing is due. */
  #startOne(): boolean {
    for (const schedule of [this.#ours, this.#strangers]) {
      for (;;) {
        const due = schedule.takeDue(this.#dueMs)
        if (due === undefined) break
        const item = this.#refreshable(due)
        if (item === undefined) schedule.remove(due)
        else if (schedule === this.#ours || this.#thinning.isDue(item)) {
          this.#running++
          // The whole answer is wanted only to see whether others hold it.
          void this.#putToClosest(item, due.isConfirmed).then(() => this.#running--)
          return true
        }
      }
    }
    return false
  }

  /** "Not expired, height <= best, and: all singles; multi only if r = mention or the item is local and < 2 days old". */
  #refreshable({ target, sigP }: Refreshed): DhtItem | undefined {
    const { items, nameView } = this.#options
    const stored = items.itemsOf(target).find((value) => sigP === undefined || bytesEqual(value.sigP, sigP))
    const item = stored && parseDhtItem(stored)
    if (stored === undefined || item === undefined || !this.#isRefreshed(stored)) return undefined
    const best = nameView.tipHeight
    return best > 0 && item.height > best ? undefined : item
  }

  #isRefreshed(stored: StoredDhtItem): boolean {
    const { clock, isFollowed } = this.#options
    const isYoung = clock.now() - stored.firstSeen < REPUT_MULTI_SECONDS
    const isMention = parseDhtItem(stored)?.resource.r === 'mention'
    const isKindRefreshed = !stored.isMulti || isMention || (stored.isLocal && isYoung)
    return isKindRefreshed && (isFollowed(stored.sigUser) || stored.isLocal || isStrange(stored))
  }

  #scheduleOf(stored: StoredDhtItem): RefreshSchedule {
    return stored.isLocal || this.#options.isFollowed(stored.sigUser) ? this.#ours : this.#strangers
  }

  /** "look-up with justtoken=1 → putData to the <= 8 closest nodes that gave tokens" (spec 3.6). */
  async #putToClosest(item: DhtItem, justToken: boolean): Promise<number> {
    const { resource } = item
    const target = targetHash(resource)
    const call: GetDataCall = { method: 'getData', resource, target, ...(justToken && { justToken }) }
    const onReply = ({ data }: { data?: readonly RawDhtItem[] | undefined }) => this.#ours.saw(item, data ?? [])
    const nodes = await this.#options.network.getData(call, { onReply })
    const closest = nodes.filter((node) => node.token !== undefined).slice(0, BUCKET_SIZE)
    const taken = await Promise.all(closest.map((node) => this.#putTo(node, item)))
    return taken.filter(Boolean).length
  }

  async #putTo(node: LookupNode, item: DhtItem): Promise<boolean> {
    const { p, sigP, sigUser, resource } = item
    const token = node.token ?? new Uint8Array(0)
    const target = targetHash(resource)
    const call = { method: 'putData', token, p, sigP, sigUser: utf8Encode(sigUser), target } as const
    return (await this.#options.network.rpc.call(node, call)) !== undefined
  }
}

/** Neither written here nor fetched for the index: somebody gave it to us. */
function isStrange(stored: StoredDhtItem): boolean {
  return !stored.isLocal && !stored.isAnnounced
}
