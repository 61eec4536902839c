import { bytesEqual, utf8Encode } from '../protocol/bytes.ts'
import type { Clock } from '../protocol/clock.ts'
import type { GetDataCall } from '../protocol/dht-call.ts'
import { type DhtItem, parseDhtItem } from '../protocol/dht-item.ts'
import { targetHash } from '../protocol/dht-target.ts'
import type { ItemStore } from './item-store.ts'
import { BUCKET_SIZE, MAX_REPUTS_AT_ONCE, REPUT_MULTI_SECONDS } from './limits.ts'
import type { LookupNode } from './lookup.ts'
import type { Network } from './network.ts'
import { type Refreshed, RefreshSchedule } from './refresh-schedule.ts'

interface WriterOptions {
  network: Pick<Network, 'getData' | 'rpc'>
  items: ItemStore
  clock: Clock
  /** Whose values are put again though they were not written here. */
  isFollowed: (signer: string) => boolean
}

/** Puts values to the nodes closest to them, and again and again while they live: our own and those of followed users. */
export class Writer {
  readonly #options: WriterOptions
  readonly #schedule = new RefreshSchedule()
  #running = 0
  #isClosed = false

  constructor(options: WriterOptions) {
    this.#options = options
    const nowMs = performance.now()
    for (const stored of options.items.liveItems()) {
      if (!stored.isLocal && !options.isFollowed(stored.sigUser)) continue
      const item = parseDhtItem(stored)
      if (item !== undefined) this.#schedule.addStored(item, nowMs)
    }
  }

  /** A new value of our own, to be refreshed from now on. */
  add(item: DhtItem): void {
    this.#schedule.addFresh(item, performance.now())
  }

  /** Resolves with the number of nodes that took it. */
  put(item: DhtItem): Promise<number> {
    return this.#putToClosest(item, true)
  }

  /** A value of somebody else has come. */
  keep(item: DhtItem): void {
    if (this.#options.isFollowed(item.sigUser)) this.#schedule.addConfirmed(item, performance.now())
  }

  /** Puts what is due. */
  refresh(nowMs: number): void {
    while (!this.#isClosed && this.#running < MAX_REPUTS_AT_ONCE) {
      const due = this.#schedule.takeDue(nowMs)
      if (due === undefined) return
      const item = this.#refreshable(due)
      if (item === undefined) {
        this.#schedule.remove(due)
        continue
      }
      this.#running++
      // The whole answer is wanted only to see whether others hold it.
      void this.#putToClosest(item, due.isConfirmed).then(() => {
        this.#running--
        this.refresh(nowMs)
      })
    }
  }

  close(): void {
    this.#isClosed = true
  }

  /** "Not expired, and: all singles; multi only if r = mention or the item is local and < 2 days old" (spec 3.6). */
  #refreshable({ target, sigP }: Refreshed): DhtItem | undefined {
    const { items, clock, isFollowed } = this.#options
    const stored = items.itemsOf(target).find((value) => sigP === undefined || bytesEqual(value.sigP, sigP))
    const item = stored && parseDhtItem(stored)
    if (stored === undefined || item === undefined) return undefined
    const isYoung = clock.now() - stored.firstSeen < REPUT_MULTI_SECONDS
    const isKindRefreshed = !stored.isMulti || item.resource.r === 'mention' || (stored.isLocal && isYoung)
    return isKindRefreshed && (stored.isLocal || isFollowed(stored.sigUser)) ? item : undefined
  }

  /** "look-up with justtoken=1 → putData to the <= 8 closest nodes that gave tokens" (spec 3.6). */
  async #putToClosest(item: DhtItem, justToken: boolean): Promise<number> {
    const { resource } = item
    const target = targetHash(resource)
    const call: GetDataCall = { method: 'getData', resource, target, ...(justToken && { justToken }) }
    const onReply = ({ data }: { data?: Parameters<RefreshSchedule['saw']>[1] | undefined }) =>
      this.#schedule.saw(item, data ?? [])
    const nodes = await this.#options.network.getData(call, onReply)
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
