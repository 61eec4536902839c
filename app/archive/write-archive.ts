import { createHash } from 'node:crypto'
import {
  type ArchivedUserpostRow,
  type ArchivedValueRow,
  allowArchive,
  archivedBlocks,
  archivedUserposts,
  archivedValues,
  archiveFacts,
  registrationPlaces,
} from '../../db/queries/archive.ts'
import { hashOf, type Reader, type ReadTransaction } from '../../db/queries/reader.ts'
import { EXPORT_VERSION, type ExportCounts, type ExportEnd, type ExportHead } from '../../node/outbox/archive-format.ts'
import { encodeOutboxItem } from '../../node/outbox/item.ts'
import { type Block, parseBlock } from '../../node/protocol/block.ts'
import { registrationProof } from '../../node/protocol/registration-proof.ts'

export interface ArchiveOptions {
  sql: Reader
  /** None: everybody, with the chain. */
  usernames: readonly string[]
  /** For everybody: without what the operator or an author keeps from pages. */
  isPublic: boolean
  /** Resolves when more may be written; rejects when nobody takes it any more. */
  write: (text: string) => Promise<void>
  /** Unix seconds. */
  now: number
  signal: AbortSignal
  onProgress: (records: number) => void
}

/** Writes raw records with their proofs, a line each, as of one moment. Bounded memory: what is written is let go. */
export async function writeArchive(options: ArchiveOptions): Promise<ExportCounts> {
  return (await options.sql.begin('isolation level repeatable read read only', async (tx) => {
    if (options.isPublic) await allowArchive(tx)
    const facts = await archiveFacts(tx)
    if (facts === undefined) throw new NothingToExport('the database holds no index yet')
    const { sql, usernames, isPublic, now } = options
    const lines = new Lines(options)
    const head: ExportHead = {
      kind: 'windsock-export',
      version: EXPORT_VERSION,
      network: facts.network,
      tip: { height: facts.height, hash: hashOf(facts.hash) },
      ...(usernames.length > 0 ? { users: [...usernames] } : {}),
      at: now,
    }
    await lines.add(JSON.stringify(head))
    const counts = { blocks: 0, registrations: 0, userposts: 0, values: 0 }
    if (usernames.length === 0) counts.blocks = await addBlocks(tx, lines)
    else counts.registrations = await addProofs(tx, lines, options)
    for (const username of usernames.length === 0 ? [undefined] : usernames) {
      for await (const rows of archivedUserposts(sql, tx, { username, isPublic })) {
        for (const row of rows) await lines.add(userpostLine(row))
        counts.userposts += rows.length
      }
      for await (const rows of archivedValues(sql, tx, { username, isPublic })) {
        for (const row of rows) await lines.add(valueLine(row))
        counts.values += rows.length
      }
    }
    await lines.end(counts)
    return counts
  })) as ExportCounts
}

/** A sentence for people. */
export class NothingToExport extends Error {}

async function addBlocks(tx: ReadTransaction, lines: Lines): Promise<number> {
  let place: { height: number; hash: Uint8Array } = { height: 0, hash: new Uint8Array(0) }
  let count = 0
  for (;;) {
    const rows = await archivedBlocks(tx, place)
    const last = rows.at(-1)
    if (last === undefined) return count
    for (const row of rows) await lines.add(encodeOutboxItem({ seq: 0, kind: 'block-connected', ...row }))
    count += rows.length
    place = { height: last.height, hash: last.hash }
  }
}

/** Of the users, and of those whose posts stand inside of theirs. */
async function addProofs(
  tx: ReadTransaction,
  lines: Lines,
  { sql, usernames, isPublic }: ArchiveOptions,
): Promise<number> {
  const written = new Set<string>()
  for (const username of usernames) {
    let block: Block | undefined
    for await (const rows of registrationPlaces(sql, tx, { username, isPublic })) {
      for (const { raw, txIndex, username: owner, height } of rows) {
        if (raw !== null) block = parseBlock(raw)
        const key = `${owner} ${height}`
        if (written.has(key)) continue
        written.add(key)
        const proof = block && registrationProof(block, txIndex, owner)
        if (proof === undefined) throw new Error('a block in the database is damaged')
        await lines.add(JSON.stringify(proof))
      }
    }
  }
  return written.size
}

function userpostLine({ username, k, piece, firstSeen, source, tipHeight }: ArchivedUserpostRow): string {
  return encodeOutboxItem({ seq: 0, kind: 'userpost', username, k, piece, firstSeen, source, tipHeight })
}

function valueLine({ p, sigP, sigUser, firstSeen, source, tipHeight }: ArchivedValueRow): string {
  return encodeOutboxItem({ seq: 0, kind: 'dht-item', p, sigP, sigUser, firstSeen, source, tipHeight })
}

/** Lines on their way out, gathered into larger pieces. */
class Lines {
  readonly #options: Pick<ArchiveOptions, 'signal' | 'write' | 'onProgress'>
  readonly #hash = createHash('sha256')
  #waiting: string[] = []
  #length = 0
  #count = 0

  constructor(options: Pick<ArchiveOptions, 'signal' | 'write' | 'onProgress'>) {
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
