import { isShown } from './post-row.ts'
import type { Reader } from './reader.ts'

/** What a twist: short link stands for: the record of a post, if it is here. */
export interface TwistTarget {
  n: string
  k: number
  url?: string
  mimetype?: string
}

/** The user with this ordinal, and what their post with this number says; nothing for an ordinal nobody has. */
export async function twistTarget(sql: Reader, uid: number, k: number): Promise<TwistTarget | undefined> {
  const rows = await sql<{ username: string; url: string | null; mimetype: string | null }[]>`
    select n.username, p.url, p.mimetype
    from name n
    left join userpost p on p.username = n.username and p.k = ${k}::bigint
      and ${isShown(sql)}
    where n.uid = ${uid}::bigint limit 1`
  const row = rows[0]
  if (row === undefined) return undefined
  return { n: row.username, k, url: row.url ?? undefined, mimetype: row.mimetype ?? undefined }
}
