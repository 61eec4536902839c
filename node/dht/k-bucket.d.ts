declare module 'k-bucket' {
  import type { EventEmitter } from 'node:events'

  interface Identified {
    id: Uint8Array
  }

  export default class KBucket<C extends Identified> extends EventEmitter {
    constructor(options: {
      localNodeId: Uint8Array
      numberOfNodesPerKBucket?: number
      numberOfNodesToPing?: number
      arbiter?: (incumbent: C, candidate: C) => C
      metadata?: object
    })
    readonly localNodeId: Uint8Array
    metadata: Record<string, unknown>
    add(contact: C): this
    closest(id: Uint8Array, count?: number): C[]
    count(): number
    get(id: Uint8Array): C | null
    remove(id: Uint8Array): this
    toArray(): C[]
    on(event: 'added' | 'removed', listener: (contact: C) => void): this
    on(event: 'ping', listener: (oldest: C[], newcomer: C) => void): this
  }
}
