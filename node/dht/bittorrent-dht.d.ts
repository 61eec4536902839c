declare module 'bittorrent-dht' {
  import type { EventEmitter } from 'node:events'

  interface FoundPeer {
    host: string
    port: number
  }

  /** The part of bittorrent-dht's client that is used here; `krpc` is the injectable k-rpc of its documentation. */
  export class Client extends EventEmitter {
    constructor(options: { krpc: EventEmitter; bootstrap: false })
    lookup(infoHash: Uint8Array, callback: (error: Error | null, replies?: number) => void): () => void
    announce(infoHash: Uint8Array, port: number, callback: (error: Error | null, replies?: number) => void): void
    destroy(callback?: () => void): void
    on(event: 'peer', listener: (peer: FoundPeer, infoHash: Uint8Array, from: FoundPeer | null) => void): this
    on(event: 'warning' | 'error', listener: (error: Error) => void): this
    off(event: 'peer', listener: (peer: FoundPeer, infoHash: Uint8Array, from: FoundPeer | null) => void): this
  }
}
