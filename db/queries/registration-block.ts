import type { Hash256 } from '../../node/protocol/hash.ts'
import type { Reader } from './reader.ts'

/** The block with a name's current registration, and which of its transactions that is. */
export interface RegistrationBlock {
  raw: Uint8Array
  hash: Hash256
  height: number
  time: number
  txIndex: number
  tipHeight: number
}

export async function registrationBlock(sql: Reader, username: string): Promise<RegistrationBlock | undefined> {
  const rows = await sql<RegistrationBlock[]>`
    select b.raw, b.hash, b.height, b.time, r.tx_index, (select max(t.height) from block t where t.is_active) as tip_height
    from registration r join block b on b.hash = r.block_hash
    where r.username = ${username} order by r.height desc limit 1`
  return rows[0]
}
