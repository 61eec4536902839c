import { LRUCache } from 'lru-cache'
import sharp from 'sharp'
import { avatarBytes } from '../../db/queries/avatar.ts'
import type { Reader } from '../../db/queries/reader.ts'
import { userTombstone } from '../../db/queries/tombstone.ts'
import { parseUsername } from '../../node/protocol/username.ts'
import { type Finished, finish, sizeOf } from './finished.ts'
import { identicon } from './identicon.ts'
import {
  AVATAR_CACHE_BYTES,
  AVATAR_MAX_PIXELS,
  AVATAR_SIDE_PX,
  AVATARS_AT_ONCE,
  MAX_AVATARS_WAITING,
} from './limits.ts'
import { TooBusy } from './response-cache.ts'
import { createTurns } from './turns.ts'

export interface Avatars {
  /** The picture that a user has signed; by a path that `matches`. */
  get(pathname: string): Promise<Finished>
  matches(pathname: string): boolean
}

const NO_PICTURE = Buffer.alloc(0)
const FOREVER = 'public, max-age=31536000, immutable'

/** The picture of who has none, by its path; nothing for another path. */
export function identiconAt(pathname: string): Finished | undefined {
  const username = /^\/identicon\/([a-z0-9_]{1,16})\.svg$/.exec(pathname)?.[1]
  return username === undefined ? undefined : identiconResponse(username, FOREVER)
}

/** Pictures leave this site only as this site drew them: decoded, made small and encoded again. */
export function createAvatars(sql: Reader): Avatars {
  const kept = new LRUCache<string, Finished>({ maxSize: AVATAR_CACHE_BYTES, sizeCalculation: sizeOf })
  const turns = createTurns({ atOnce: AVATARS_AT_ONCE, maxWaiting: MAX_AVATARS_WAITING, maxPerReader: 0 })

  async function render(pathname: string, username: string, contentHash: string): Promise<Finished> {
    const found = await avatarBytes(sql, username, contentHash)
    if (found === undefined) return identiconResponse(username, 'public, max-age=60')
    // Not a picture, or a bomb: foreign data ends here.
    const drawn = await turns.take(undefined, () => reencode(found.bytes).catch(() => NO_PICTURE))
    if (drawn === undefined) throw new TooBusy('too many pictures wait to be decoded')
    const finished =
      drawn === NO_PICTURE
        ? identiconResponse(username, 'public, max-age=3600')
        : finish(200, { 'content-type': 'image/webp', 'cache-control': FOREVER }, drawn)
    // What cannot be decoded takes the longest, and is not tried for every reader either.
    kept.set(pathname, finished)
    return finished
  }

  return {
    matches: (pathname) => parseAvatar(pathname) !== undefined,
    async get(pathname) {
      const avatar = parseAvatar(pathname)
      if (avatar === undefined) throw new Error('a path that did not match')
      const { username, contentHash } = avatar
      const cached = kept.get(pathname)
      // Drawn before its owner was hidden, perhaps.
      if (cached !== undefined && (await userTombstone(sql, username)) === undefined) return cached
      return render(pathname, username, contentHash)
    },
  }
}

function parseAvatar(pathname: string): { username: string; contentHash: string } | undefined {
  const [, name = '', contentHash = ''] = /^\/avatar\/([a-z0-9_]{1,16})\/([0-9a-f]{64})$/.exec(pathname) ?? []
  const username = parseUsername(name)
  return username === undefined ? undefined : { username, contentHash }
}

function reencode(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes, { limitInputPixels: AVATAR_MAX_PIXELS, failOn: 'error', pages: 1 })
    .rotate()
    .resize(AVATAR_SIDE_PX, AVATAR_SIDE_PX, { fit: 'cover' })
    .webp({ quality: 80 })
    .timeout({ seconds: 3 })
    .toBuffer()
}

function identiconResponse(username: string, cacheControl: string): Finished {
  const headers = { 'content-type': 'image/svg+xml', 'cache-control': cacheControl }
  return finish(200, headers, Buffer.from(identicon(username)))
}
