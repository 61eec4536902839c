import type { PostDetailView, ProvenanceView } from '../views.ts'
import { isUnjudgedShown } from './hidden.ts'
import { isShown, type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import { hexOf, type Reader } from './reader.ts'
import { registrationAt } from './registrations.ts'
import { show } from './topics.ts'

/** The post with this number, and what vouches for it; nothing for what is not here or not shown. */
export async function postByNumber(sql: Reader, username: string, k: number): Promise<PostDetailView | undefined> {
  show.post(username, k)
  const rows = await sql<PostRow[]>`
    select ${postColumns(sql)}
    from (select p.* from userpost p where p.username = ${username} and p.k = ${k} and ${isShown(sql)}) p
    ${postJoins(sql)}`
  const row = rows[0]
  if (row === undefined) return undefined
  const provenance = await provenanceOf(sql, row)
  return provenance === undefined ? undefined : { ...postViewOf(row), provenance }
}

interface RawRow {
  isFollowed: boolean
  contentHash: Uint8Array
  keyId: Uint8Array
  sizeBytes: number
  source: string
  firstSeen: number
  verdict: string
}

async function provenanceOf(sql: Reader, row: PostRow): Promise<ProvenanceView | undefined> {
  const [raws, registration] = await Promise.all([
    sql<RawRow[]>`
      select content_hash, key_id, length(piece) as size_bytes, source, first_seen, verdict,
        exists (select from inventory i where i.username = raw_userpost.username) as is_followed from raw_userpost
      where username = ${row.username} and k = ${row.k} order by content_hash limit 50`,
    registrationAt(sql, row.username, row.height),
  ])
  const raw = raws.find((candidate) => hexOf(candidate.contentHash) === row.contentHash)
  if (raw === undefined) return undefined
  return {
    sizeBytes: raw.sizeBytes,
    source: raw.source,
    isFollowed: raw.isFollowed,
    firstSeen: raw.firstSeen,
    keyId: hexOf(raw.keyId),
    registration,
    rivals: raws.filter((other) => other.verdict === 'rival').map((other) => hexOf(other.contentHash)),
  }
}

export interface RawPost {
  piece: Uint8Array
  contentHash: string
}

/** The signed bytes as they travelled: of the post that is shown, or of a rival by its content hash. */
export async function rawPost(
  sql: Reader,
  username: string,
  k: number,
  contentHash: string | undefined,
): Promise<RawPost | undefined> {
  const which =
    contentHash === undefined
      ? sql`r.verdict = 'accept'`
      : sql`r.verdict in ('accept', 'rival', 'comment') and r.content_hash = ${Buffer.from(contentHash, 'hex')}`
  const rows = await sql<{ piece: Uint8Array; contentHash: Uint8Array }[]>`
    select r.piece, r.content_hash from raw_userpost r
    join userpost p on p.username = r.username and p.k = r.k and ${isShown(sql)}
    where r.username = ${username} and r.k = ${k} and ${which}
      and (r.verdict = 'accept' or ${isUnjudgedShown(sql, sql`r.piece`)}) limit 1`
  const row = rows[0]
  return row === undefined ? undefined : { piece: new Uint8Array(row.piece), contentHash: hexOf(row.contentHash) }
}
