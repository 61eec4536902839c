import { hash160 } from '../../node/protocol/hash.ts'
import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { UserValueView } from '../views.ts'
import { isUserShown } from './hidden.ts'
import { hexOf, type Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

export const VALUES_OF_USER: ListOrder = { name: 'values', parts: ['string'] }

interface ValueRow {
  r: string
  seq: number
  height: number
  time: number
  contentHash: Uint8Array
  p: Uint8Array
  sigP: Uint8Array
}

/**
 * The values of the DHT that a user's profile, picture and list of followed users are read from, by the name of their
 * resource: by the current key, not ahead of the chain, the one with the highest seq, ties to the smallest hash.
 */
export async function valuesOfUser(sql: Reader, username: string, request: PageRequest): Promise<Page<UserValueView>> {
  const [owner] = await sql<{ publicKey: Uint8Array | null }[]>`
    select public_key from name where username = ${username} and ${isUserShown(sql, sql`name.username`)}`
  if (owner === undefined || owner.publicKey === null) return { items: [] }
  const isForward = request.cursor?.direction !== 'prev'
  const key = String(request.cursor?.key[0] ?? '')
  const after =
    request.cursor === undefined ? sql`` : sql`and i.r collate "C" ${isForward ? sql`>` : sql`<`} ${key}::text`
  const rows = await sql<ValueRow[]>`
    select distinct on (i.r collate "C") i.r, i.seq, i.height, i.time, i.content_hash, i.p, i.sig_p
    from raw_dht_item i
    where i.sig_user = ${username} and i.n = convert_to(${username}, 'UTF8') and i.t = 's'
      and (i.r in ('profile', 'avatar') or i.r ~ '^following[0-9]+$') and i.key_id = ${hash160(owner.publicKey)}
      and i.height <= (select max(height) + 1 from block where is_active) ${after}
    order by i.r collate "C" ${isForward ? sql`asc` : sql`desc`}, i.seq desc, i.content_hash
    ${rowLimit(sql, request)}`
  return pageOf(VALUES_OF_USER, request, rows, (row) => [row.r], userValueOf)
}

function userValueOf(row: ValueRow): UserValueView {
  return {
    resource: row.r,
    seq: row.seq,
    height: row.height,
    time: row.time,
    contentHash: hexOf(row.contentHash),
    p: hexOf(row.p),
    sigP: hexOf(row.sigP),
  }
}
