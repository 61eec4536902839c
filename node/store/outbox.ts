import type { OutboxItem } from '../outbox/item.ts'
import type { Blocks } from './blocks.ts'
import type { Database } from './database.ts'
import type { DhtItems } from './dht-items.ts'
import type { Headers } from './headers.ts'
import type { OutboxEntry, OutboxLog } from './outbox-log.ts'
import type { Posts } from './posts.ts'

/**
 * The outbox with its content: what the publisher reads. An entry whose content is gone is left out, so numbers
 * ascend but may have gaps.
 */
export interface Outbox {
  /** Made with the store: sequence numbers mean something only together with it. */
  readonly nodeId: string
  lastSequence(): number
  /** At most `max` items from sequence number `from` on (it included), and at most `maxBytes` of content after the first. */
  read(from: number, max: number, maxBytes: number): OutboxItem[]
  /** Called after each commit that appended; returns what stops it. */
  onAppend(listener: () => void): () => void
}

export interface OutboxContent {
  readonly headers: Headers
  readonly blocks: Blocks
  readonly posts: Posts
  readonly dhtItems: DhtItems
}

export function openOutbox(database: Database, log: OutboxLog, content: OutboxContent, nodeId: string): Outbox {
  const listeners = new Set<() => void>()
  let announced = log.lastSequence()
  database.onCommit(() => {
    if (log.lastSequence() === announced) return
    announced = log.lastSequence()
    for (const listener of listeners) listener()
  })

  function read(from: number, max: number, maxBytes: number): OutboxItem[] {
    const items: OutboxItem[] = []
    let totalBytes = 0
    for (const { sequence, entry } of log.entriesFrom(from)) {
      if (items.length >= max) break
      const item = itemOf(sequence, entry, content)
      if (item === undefined) continue
      totalBytes += sizeBytes(item)
      if (totalBytes > maxBytes && items.length > 0) break
      items.push(item)
    }
    return items
  }

  return {
    nodeId,
    lastSequence: log.lastSequence,
    read,
    onAppend: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function itemOf(seq: number, entry: OutboxEntry, content: OutboxContent): OutboxItem | undefined {
  switch (entry.kind) {
    case 'block-connected': {
      const raw = content.blocks.raw(entry.index)
      const hash = content.headers.hash(entry.index)
      const { firstSeen, source } = entry.provenance
      return raw && hash && { seq, kind: entry.kind, hash, height: entry.height, raw, firstSeen, source }
    }
    case 'block-disconnected': {
      const hash = content.headers.hash(entry.index)
      return hash && { seq, kind: entry.kind, hash, height: entry.height }
    }
    case 'userpost': {
      const { username, k } = entry
      const post = content.posts.postByContent(username, k, entry.contentHash)
      return post && { seq, kind: entry.kind, username, k, ...post }
    }
    case 'dht-item': {
      const item = content.dhtItems.itemByContent(entry.contentHash)
      if (item === undefined) return undefined
      const { p, sigP, sigUser, firstSeen, source, tipHeight } = item
      return { seq, kind: entry.kind, p, sigP, sigUser, firstSeen, source, tipHeight }
    }
  }
}

function sizeBytes(item: OutboxItem): number {
  switch (item.kind) {
    case 'block-connected':
      return item.raw.length
    case 'block-disconnected':
      return item.hash.length
    case 'userpost':
      return item.piece.length
    case 'dht-item':
      return item.p.length + item.sigP.length
  }
}
