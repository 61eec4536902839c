import type { Hash256 } from '../../node/protocol/hash.ts'
import { isPromotedShown } from './hidden.ts'
import type { Reader } from './reader.ts'

/** A block as it travels, and where it stands. */
export interface RawBlock {
  raw: Uint8Array
  height: number
  isActive: boolean
  tipHeight: number
  /** The block of the best chain that follows on this one. */
  nextHash?: Hash256
  /** Its promoted message is one that is shown: that of a losing branch is not. */
  isMessageShown: boolean
}

interface RawBlockRow extends Omit<RawBlock, 'nextHash'> {
  nextHash: Hash256 | null
}

/** Any block whose header holds, of a losing branch too. */
export async function rawBlock(sql: Reader, hash: Hash256): Promise<RawBlock | undefined> {
  const rows = await sql<RawBlockRow[]>`
    select b.raw, b.height, b.is_active, (select max(t.height) from block t where t.is_active) as tip_height,
      (select n.hash from block n where n.height = b.height + 1 and n.is_active and n.prev_hash = b.hash) as next_hash,
      exists (select from promoted p where p.height = b.height and p.block_hash = b.hash
        and ${isPromotedShown(sql, sql`p.username`, sql`p.height`)}) as is_message_shown
    from block b where b.hash = ${hash}`
  const row = rows[0]
  return row && { ...row, nextHash: row.nextHash ?? undefined }
}
