declare module 'bittorrent-protocol' {
  import type { EventEmitter } from 'node:events'

  /** An extension of BEP 10, made by Wire.use. */
  export interface WireExtension {
    onHandshake?(infoHash: string, peerId: string, extensions: HandshakeExtensions): void
    onExtendedHandshake?(handshake: Record<string, unknown>): void
    onMessage?(payload: Uint8Array): void
  }

  export interface HandshakeExtensions {
    dht: boolean
    fast: boolean
    extended?: boolean
  }

  type Respond = (error: Error | null, piece?: Uint8Array) => void

  /** The documented part of bittorrent-protocol's Wire, and of streamx's Duplex, that is used here. */
  export default class Wire extends EventEmitter {
    constructor(type?: string)
    readonly destroyed: boolean
    readonly amChoking: boolean
    readonly amInterested: boolean
    readonly peerChoking: boolean
    readonly peerInterested: boolean
    readonly hasFast: boolean
    readonly peerId: string | null
    readonly peerExtensions: HandshakeExtensions
    readonly allowedFastSet: number[]
    readonly peerAllowedFastSet: number[]
    readonly peerExtendedMapping: Record<string, number>
    extendedHandshake: Record<string, number | string | Uint8Array>
    use(extension: new (wire: Wire) => WireExtension): void
    setKeepAlive(enable: boolean): void
    keepAlive(): void
    handshake(infoHash: Uint8Array, peerId: Uint8Array, extensions: HandshakeExtensions): void
    choke(): void
    unchoke(): void
    interested(): void
    uninterested(): void
    have(index: number): void
    bitfield(bits: Uint8Array): void
    port(port: number): void
    haveNone(): void
    allowedFast(index: number): void
    extended(extension: number | string, payload: Uint8Array): void
    destroy(): void
    write(bytes: Uint8Array): boolean
    push(bytes: Uint8Array | null): boolean

    on(event: 'handshake', listener: (infoHash: string, peerId: string, extensions: HandshakeExtensions) => void): this
    on(event: 'choke' | 'unchoke' | 'interested' | 'uninterested' | 'keep-alive' | 'close', listener: () => void): this
    on(event: 'port' | 'allowed-fast', listener: (value: number) => void): this
    on(event: 'request', listener: (index: number, offset: number, length: number, respond: Respond) => void): this
    on(event: 'reject', listener: (index: number, offset: number, length: number) => void): this
    on(event: 'error', listener: (error: Error) => void): this
  }
}
