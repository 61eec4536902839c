import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { RegistrationKind, RegistrationView } from '../views.ts'
import { isUserShown } from './hidden.ts'
import { hashOf, hexOf, type Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

export const KEYS_OF_USER: ListOrder = { name: 'keys', parts: ['number'] }

interface RegistrationRow {
  kind: RegistrationKind
  height: number
  time: number
  blockHash: Uint8Array
  txid: Uint8Array
  publicKey: Uint8Array | null
}

const MAX_KEY_HISTORY = 200

/** Every registration and key replacement of a name, the first one first. */
export async function registrationsOf(sql: Reader, username: string): Promise<RegistrationView[]> {
  const rows = await sql<RegistrationRow[]>`
    select kind, height, time, block_hash, txid, public_key from registration
    where username = ${username} order by height limit ${MAX_KEY_HISTORY}`
  return rows.map(registrationViewOf)
}

/** The same as a list. */
export async function keysOfUser(sql: Reader, username: string, request: PageRequest): Promise<Page<RegistrationView>> {
  const isForward = request.cursor?.direction !== 'prev'
  const key = Number(request.cursor?.key[0] ?? 0)
  const after = request.cursor === undefined ? sql`` : sql`and height ${isForward ? sql`>` : sql`<`} ${key}::bigint`
  const rows = await sql<RegistrationRow[]>`
    select kind, height, time, block_hash, txid, public_key from registration
    where username = ${username} and ${isUserShown(sql, sql`registration.username`)} ${after}
    order by height ${isForward ? sql`asc` : sql`desc`} ${rowLimit(sql, request)}`
  return pageOf(KEYS_OF_USER, request, rows, (row) => [row.height], registrationViewOf)
}

/** The registration whose key was in force for what a user signed at a height. */
export async function registrationAt(
  sql: Reader,
  username: string,
  height: number,
): Promise<RegistrationView | undefined> {
  const rows = await sql<RegistrationRow[]>`
    select kind, height, time, block_hash, txid, public_key from registration
    where username = ${username} and height <= ${height} order by height desc limit 1`
  return rows[0] === undefined ? undefined : registrationViewOf(rows[0])
}

function registrationViewOf(row: RegistrationRow): RegistrationView {
  return {
    kind: row.kind,
    height: row.height,
    time: row.time,
    blockHash: hashOf(row.blockHash),
    txid: hashOf(row.txid),
    publicKey: row.publicKey === null ? undefined : hexOf(row.publicKey),
  }
}
