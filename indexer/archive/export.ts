import { createHash } from 'node:crypto'
import type { Database, Transaction } from '../../db/client.ts'
import { tipRow } from '../../db/writes/block.ts'
import { embeddedAuthors, exportedBlocks, registrationPlaces } from '../../db/writes/export-source.ts'
import { metaValue } from '../../db/writes/meta.ts'
import { checkedUserposts, checkedValues } from '../../db/writes/verify-source.ts'
import { encodeOutboxItem } from '../../node/outbox/item.ts'
import { parseBlock } from '../../node/protocol/block.ts'
import { itemOfUserpost, itemOfValue } from '../verify/verify-signed.ts'
import { EXPORT_VERSION, type ExportCounts, type ExportEnd, type ExportHead } from './export-format.ts'
import { registrationProof } from './registration-proof.ts'

export interface ExportOptions {
  db: Database
  /** None: everybody, with the chain. */
  usernames: readonly string[]
  /** Resolves when more may be written. */
  write: (text: string) => Promise<void>
  /** Unix seconds. */
  now: number
  signal: AbortSignal
  onProgress: (records: number) => void
}

/** Writes raw records with their proofs, a line each, as of one moment. Bounded memory: what is written is let go. */
export async function exportIndex(options: ExportOptions): Promise<ExportCounts> {
  return (await options.db.begin('isolation level repeatable read read only', async (tx) => {
    const [network, tip] = [await metaValue(tx, 'network'), await tipRow(tx)]
    if (network === undefined || tip === undefined) throw new NothingToExport('the database holds no index yet')
    const { usernames, now } = options
    const lines = new Lines(options)
    const hash = Buffer.from(tip.hash).reverse().toString('hex')
    const head: ExportHead = {
      kind: 'windsock-export',
      version: EXPORT_VERSION,
      network,
      tip: { height: tip.height, hash },
      ...(usernames.length > 0 ? { users: [...usernames] } : {}),
      at: now,
    }
    await lines.add(JSON.stringify(head))
    const chain = usernames.length === 0 ? await addBlocks(tx, lines) : await addProofs(tx, lines, usernames)
    const counts = { ...chain, userposts: 0, values: 0 }
    for (const username of usernames.length === 0 ? [undefined] : usernames) {
      for await (const rows of checkedUserposts(tx, username)) {
        for (const row of rows) await lines.add(encodeOutboxItem(itemOfUserpost(row)))
        counts.userposts += rows.length
      }
      for await (const rows of checkedValues(tx, username)) {
        for (const row of rows) await lines.add(encodeOutboxItem(itemOfValue(row)))
        counts.values += rows.length
      }
    }
    await lines.end(counts)
    return counts
  })) as ExportCounts
}

/** A sentence for people. */
export class NothingToExport extends Error {}

async function addBlocks(tx: Transaction, lines: Lines): Promise<Pick<ExportCounts, 'blocks' | 'registrations'>> {
  let place: { height: number; hash: Uint8Array } = { height: 0, hash: new Uint8Array(0) }
  let blocks = 0
  for (;;) {
    const rows = await exportedBlocks(tx, place)
    const last = rows.at(-1)
    if (last === undefined) return { blocks, registrations: 0 }
    for (const row of rows) await lines.add(encodeOutboxItem({ seq: 0, kind: 'block-connected', ...row }))
    blocks += rows.length
    place = { height: last.height, hash: last.hash }
  }
}

/** Of the users, and of those whose posts stand inside of theirs. */
async function addProofs(
  tx: Transaction,
  lines: Lines,
  usernames: readonly string[],
): Promise<Pick<ExportCounts, 'blocks' | 'registrations'>> {
  const names = new Set([...usernames, ...(await embeddedAuthors(tx, usernames))])
  let registrations = 0
  for await (const rows of registrationPlaces(tx, [...names])) {
    for (const { raw, txIndex, username } of rows) {
      const block = parseBlock(raw)
      const proof = block && registrationProof(block, txIndex, username)
      if (proof === undefined) throw new Error('a block in the database is damaged')
      await lines.add(JSON.stringify(proof))
      registrations++
    }
  }
  return { blocks: 0, registrations }
}

/** Lines on their way out, gathered into larger pieces. */
class Lines {
  readonly #options: ExportOptions
  readonly #hash = createHash('sha256')
  #waiting: string[] = []
  #length = 0
  #count = 0

  constructor(options: ExportOptions) {
    this.#options = options
  }

  async add(line: string): Promise<void> {
    this.#waiting.push(`${line}\n`)
    this.#length += line.length
    this.#count += 1
    if (this.#length > PIECE_LENGTH) await this.#flush()
  }

  /** "the last line with counts and sha256", of all bytes before it. */
  async end(counts: ExportCounts): Promise<void> {
    await this.#flush()
    const end: ExportEnd = { kind: 'end', ...counts, sha256: this.#hash.digest('hex') }
    await this.#options.write(`${JSON.stringify(end)}\n`)
  }

  async #flush(): Promise<void> {
    this.#options.signal.throwIfAborted()
    const text = this.#waiting.join('')
    this.#waiting = []
    this.#length = 0
    this.#hash.update(text)
    await this.#options.write(text)
    this.#options.onProgress(this.#count)
  }
}

const PIECE_LENGTH = 1 << 18
