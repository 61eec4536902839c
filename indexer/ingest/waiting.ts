import type { Transaction } from '../../db/client.ts'
import { insertPending, type PendingRow, type TakenRow, takePendingOver } from '../../db/writes/pending-item.ts'
import { insertQuarantine, type QuarantineRow } from '../../db/writes/quarantine.ts'
import { encodeOutboxItem, type OutboxItem, parseOutboxItem } from '../../node/outbox/item.ts'
import { concatBytes, utf8Encode } from '../../node/protocol/bytes.ts'
import { sha256 } from '../../node/protocol/hash.ts'
import { parseUsername } from '../../node/protocol/username.ts'
import { DETAIL_CHARACTERS, PENDING_ITEMS, QUARANTINE_BYTES_PER_ITEM, QUARANTINE_ITEMS } from '../limits.ts'
import type { BlockReading, DhtReading, RefusedReading, UserpostReading } from './reading.ts'
import { storableText } from './storable-text.ts'

type Judged = BlockReading | UserpostReading | DhtReading

/** What a batch could not write: items that wait for the chain, and items that are refused with a code. */
export class Waiting {
  readonly #tx: Transaction
  readonly #now: number
  readonly #pending: PendingRow[] = []
  readonly #quarantine: QuarantineRow[] = []
  /** Items that waited before: they keep their age. */
  readonly #taken = new Map<string, TakenRow>()
  readonly refusedByCode = new Map<string, number>()

  constructor(tx: Transaction, now: number) {
    this.#tx = tx
    this.#now = now
  }

  /** An item that was taken out of the waiting ones, to be judged again. */
  retry(row: TakenRow): OutboxItem | undefined {
    const item = parseOutboxItem(row.item)
    if (item !== undefined) this.#taken.set(hexId(item.kind, bytesOf(item)), row)
    return item
  }

  wait(reading: Judged, code: string, username: string | undefined, waitHeight: number | undefined): void {
    const item = itemOf(reading)
    const before = this.#taken.get(hexId(item.kind, bytesOf(item)))
    this.#pending.push({
      id: idOf(item.kind, bytesOf(item)),
      kind: item.kind,
      code,
      username,
      waitHeight,
      prevHash: reading.kind === 'block' ? reading.block.header.prevHash : undefined,
      item: encodeOutboxItem(item),
      attempts: (before?.attempts ?? 0) + 1,
      receivedAt: before?.receivedAt ?? this.#now,
    })
  }

  refuse(refused: RefusedReading, item?: string): void {
    this.refusedByCode.set(refused.code, (this.refusedByCode.get(refused.code) ?? 0) + 1)
    this.#quarantine.push({
      digest: idOf(refused.what, refused.bytes),
      code: refused.code,
      kind: refused.what,
      username: refused.username && parseUsername(refused.username),
      k: refused.k !== undefined && refused.k < 2 ** 31 ? refused.k : undefined,
      bytes: refused.bytes.subarray(0, QUARANTINE_BYTES_PER_ITEM),
      item,
      source: storableText(refused.source),
      detail: storableText(refused.detail).slice(0, DETAIL_CHARACTERS),
      receivedAt: this.#now,
    })
  }

  /** Refuses something that was well-formed: it is kept whole, for another try when its signer's keys change. */
  refuseReading(reading: Judged, code: string, detail = ''): void {
    const item = itemOf(reading)
    const username = item.kind === 'userpost' ? item.username : item.kind === 'dht-item' ? item.sigUser : undefined
    const k = item.kind === 'userpost' ? item.k : undefined
    const { source } = reading.provenance
    const refused = { what: item.kind, code, detail, username, k, bytes: bytesOf(item), source }
    this.refuse({ kind: 'refused', ...refused }, reading.kind === 'block' ? undefined : encodeOutboxItem(item))
  }

  async writePending(): Promise<void> {
    await insertPending(this.#tx, this.#pending.splice(0))
  }

  async write(): Promise<void> {
    if (this.#pending.length > 0) {
      await this.writePending()
      for (const row of await takePendingOver(this.#tx, PENDING_ITEMS)) this.#giveUp(row)
    }
    await insertQuarantine(this.#tx, this.#quarantine.splice(0), QUARANTINE_ITEMS)
  }

  #giveUp(row: TakenRow & { code: string }): void {
    const item = parseOutboxItem(row.item)
    if (item === undefined || item.kind === 'block-disconnected') return
    const username = item.kind === 'userpost' ? item.username : item.kind === 'dht-item' ? item.sigUser : undefined
    const k = item.kind === 'userpost' ? item.k : undefined
    const { source } = item
    this.refuse({
      kind: 'refused',
      what: item.kind,
      code: row.code,
      detail: 'waited too long',
      username,
      k,
      bytes: bytesOf(item),
      source,
    })
  }
}

function itemOf(reading: Judged): Exclude<OutboxItem, { kind: 'block-disconnected' }> {
  const { firstSeen, source, tipHeight } = reading.provenance
  switch (reading.kind) {
    case 'block': {
      const { hash, height } = reading.block.header
      const { raw } = reading.block
      return { seq: 0, kind: 'block-connected', hash, height: Math.max(height, 0), raw, firstSeen, source }
    }
    case 'userpost': {
      const { userpost, piece } = reading.post
      const { n, k } = userpost
      return { seq: 0, kind: 'userpost', username: n, k, piece, firstSeen, source, tipHeight }
    }
    case 'dht-item': {
      const { p, sigP, sigUser } = reading.item
      return { seq: 0, kind: 'dht-item', p, sigP, sigUser, firstSeen, source, tipHeight }
    }
  }
}

function bytesOf(item: OutboxItem): Uint8Array {
  switch (item.kind) {
    case 'block-connected':
      return item.raw
    case 'block-disconnected':
      return item.hash
    case 'userpost':
      return item.piece
    case 'dht-item':
      return concatBytes(item.p, item.sigP)
  }
}

function idOf(kind: string, bytes: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8Encode(kind), bytes))
}

function hexId(kind: string, bytes: Uint8Array): string {
  return Buffer.from(idOf(kind, bytes)).toString('hex')
}
