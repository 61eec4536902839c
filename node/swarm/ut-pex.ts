import type { WireExtension } from 'bittorrent-protocol'
import { encodePex, parsePex } from '../protocol/wire-extension.ts'
import { PEX_FIRST_MS, PEX_INTERVAL_MS, PEX_MAX_KEPT, PEX_MAX_PER_MINUTE } from './limits.ts'
import { type Endpoint, endpointKey } from './peer-book.ts'

interface PexWire {
  readonly peerExtendedMapping: Record<string, number>
  extended(extension: string, payload: Uint8Array): void
}

/** Peer exchange, as an extension of bittorrent-protocol's Wire: "sent once a minute, <= 100 added" (spec 4.2). */
export class UtPex implements WireExtension {
  /** Set by the connection. */
  onPeers: (endpoints: readonly Endpoint[]) => void = () => {}
  onFlood: () => void = () => {}
  readonly #wire: PexWire
  #told = new Map<string, Endpoint>()
  #tellAtMs = performance.now() + PEX_FIRST_MS
  #arrivals: number[] = []

  constructor(wire: PexWire) {
    this.#wire = wire
  }

  /** By this name the Wire registers it; first of all extensions, so its number is 1 as in the reference. */
  get name(): string {
    return 'ut_pex'
  }

  /** "a 7th message within 60 s => disconnect" (spec 4.2). */
  onMessage(payload: Uint8Array): void {
    const nowMs = performance.now()
    this.#arrivals = this.#arrivals.filter((at) => nowMs - at < PEX_INTERVAL_MS)
    this.#arrivals.push(nowMs)
    if (this.#arrivals.length > PEX_MAX_PER_MINUTE) {
      this.onFlood()
      return
    }
    const added = parsePex(payload)?.added.slice(0, PEX_MAX_KEPT) ?? []
    this.onPeers(added.map(({ ip, port }) => ({ host: ip, port })))
  }

  /** Tells who joined and who left since the last time, if it is time and the peer wants to know. */
  tell(members: readonly Endpoint[], nowMs: number): void {
    if (nowMs < this.#tellAtMs || !this.#wire.peerExtendedMapping['ut_pex']) return
    const now = new Map(members.map((member) => [endpointKey(member), member]))
    const added = [...now].flatMap(([key, { host, port }]) =>
      this.#told.has(key) ? [] : [{ ip: host, port, flags: 0 }],
    )
    const dropped = [...this.#told].flatMap(([key, { host, port }]) => (now.has(key) ? [] : [{ ip: host, port }]))
    if (added.length === 0 && dropped.length === 0) return
    this.#told = now
    this.#tellAtMs = nowMs + PEX_INTERVAL_MS
    this.#wire.extended('ut_pex', encodePex({ added, dropped }))
  }
}
