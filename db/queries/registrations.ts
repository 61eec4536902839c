import type { RegistrationView } from '../views.ts'
import { hashOf, hexOf, type Reader } from './reader.ts'

interface RegistrationRow {
  kind: string
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
