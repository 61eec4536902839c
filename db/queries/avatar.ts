import { isUserShown } from './hidden.ts'
import type { Reader } from './reader.ts'

export interface AvatarBytes {
  mime: string
  bytes: Uint8Array
}

/** A user's current picture, as its author published it: decode and re-encode it before anybody sees it. */
export async function avatarBytes(
  sql: Reader,
  username: string,
  contentHash: string,
): Promise<AvatarBytes | undefined> {
  const rows = await sql<AvatarBytes[]>`
    select mime, bytes from avatar
    where username = ${username} and content_hash = ${Buffer.from(contentHash, 'hex')}
      and ${isUserShown(sql, sql`avatar.username`)}`
  return rows[0]
}
