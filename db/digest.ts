import { createHash } from 'node:crypto'
import type { Database, Transaction } from './client.ts'
import { DERIVED_NAMES, DERIVED_TABLES, type DerivedTable } from './derived-tables.ts'

export interface TableDigest {
  table: string
  part: DerivedTable['part']
  rows: number
  /** sha256, in hex. */
  digest: string
}

export interface IndexDigest {
  network: string
  pages: string
  tables: TableDigest[]
}

/** The raw data that counts enters, too: the active chain, and every post that was accepted or has an accepted rival. */
const RAW_PARTS = [
  {
    table: 'block',
    query: `SELECT height, hash, time, bits, chainwork, tx_count, cumulative_tx_count FROM block
      WHERE is_active ORDER BY height`,
  },
  {
    table: 'raw_userpost',
    query: `SELECT username, k, content_hash, key_id, height, rt_name, rt_key_id, fav_name, fav_key_id, due_height, verdict
      FROM raw_userpost WHERE verdict IN ('accept', 'rival', 'comment') ORDER BY username COLLATE "C", k, content_hash, key_id`,
  },
] as const

/**
 * The digest of everything derived, of one moment. Two instances with the same signed data have the same `network`;
 * where their operators hide the same, they have the same `pages`. Totals are counted after the fact: the caller
 * settles them first, if he compares `pages`.
 *
 * Of a table: sha256 over its rows in the stated order, each as PostgreSQL's COPY writes it as text in UTF-8: the stated
 * columns, a tab between them, a newline after the last; numbers in decimal, t and f, bytes as \x and lower-case hex,
 * \N for nothing, and in texts \\ \b \f \n \r \t \v for these characters. Of a part: sha256 over one line for each of
 * its tables, A-Z: name, number of rows and digest in hex, a space between them, a newline after the last. What differs
 * between honest instances is not in it: when and where from something came, serial numbers, what is signed by nobody,
 * and raw data that the chain of the moment refuses.
 */
export async function indexDigest(db: Database): Promise<IndexDigest> {
  return (await db.begin('isolation level repeatable read', digestOf)) as IndexDigest
}

/** As indexDigest, in a transaction that sees one moment. */
export async function digestOf(tx: Transaction): Promise<IndexDigest> {
  await holdTables(tx)
  const tables: TableDigest[] = []
  for (const { table, query } of RAW_PARTS) tables.push({ table, part: 'network', ...(await digestRows(tx, query)) })
  for (const table of DERIVED_NAMES) {
    const { part, columns, order } = DERIVED_TABLES[table]
    const query = `SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${order}`
    tables.push({ table, part, ...(await digestRows(tx, query)) })
  }
  tables.sort((a, b) => (a.table < b.table ? -1 : 1))
  return { network: digestPart(tables, 'network'), pages: digestPart(tables, 'pages'), tables }
}

/** No rebuild may put other tables in their place while they are read: rows younger than our snapshot would be missing. */
export async function holdTables(tx: Transaction): Promise<void> {
  await tx.unsafe(`LOCK TABLE ${DERIVED_NAMES.join(', ')} IN ACCESS SHARE MODE`)
}

export async function digestRows(tx: Transaction, query: string): Promise<{ rows: number; digest: string }> {
  await tx`SET LOCAL bytea_output = 'hex'`
  const hash = createHash('sha256')
  let rows = 0
  const stream = await tx.unsafe(`COPY (${query}) TO STDOUT (ENCODING 'UTF8')`).readable()
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    // A newline inside of a value is written as \n.
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) rows++
  }
  // postgres.js stops the socket while the stream is full; when all rows were there by then, nobody starts it again.
  stream._read(0)
  return { rows, digest: hash.digest('hex') }
}

const NEWLINE = 10

function digestPart(tables: readonly TableDigest[], part: DerivedTable['part']): string {
  const hash = createHash('sha256')
  for (const one of tables) if (one.part === part) hash.update(`${one.table} ${one.rows} ${one.digest}\n`)
  return hash.digest('hex')
}
