import { type Cursor, type ListOrder, openCursor, sealCursor } from '../page.ts'
import { CURSOR_SECRET } from '../schema/meta.ts'
import type { Reader } from './reader.ts'

/** Of the database behind each reader, read once: all processes that share a database take each other's cursors. */
const secrets = new WeakMap<Reader, Promise<Uint8Array>>()

export async function cursorText(sql: Reader, cursor: Cursor): Promise<string> {
  return sealCursor(await secretOf(sql), cursor)
}

/** Undefined for what this list did not give out. */
export async function cursorOfText(sql: Reader, order: ListOrder, text: string): Promise<Cursor | undefined> {
  return openCursor(await secretOf(sql), order, text)
}

function secretOf(sql: Reader): Promise<Uint8Array> {
  const known = secrets.get(sql)
  if (known !== undefined) return known
  const asked = askSecret(sql)
  secrets.set(sql, asked)
  // The next reader asks again when the database was away.
  asked.catch(() => secrets.delete(sql))
  return asked
}

async function askSecret(sql: Reader): Promise<Uint8Array> {
  const [row] = await sql<{ value: string }[]>`select value from meta where key = ${CURSOR_SECRET}`
  if (row === undefined) throw new Error('the database has no secret for cursors: it was not migrated by this version')
  return Buffer.from(row.value, 'hex')
}
