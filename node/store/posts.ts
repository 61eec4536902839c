import { ByteWriter, bytesEqual, parseWith, utf8Decode, utf8Encode } from '../protocol/bytes.ts'
import { sha256 } from '../protocol/hash.ts'
import type { Username } from '../protocol/username.ts'
import type { Database } from './database.ts'
import { nameKey, numberKey, numberOfKey, prefixRange } from './keys.ts'
import type { OutboxLog } from './outbox-log.ts'
import { type Provenance, readProvenance, writeProvenance } from './provenance.ts'

/** An author can sign two posts with one number; beyond this many the rest is not kept. */
export const MAX_RIVALS_PER_POST = 8

export interface StoredPost extends Provenance {
  readonly piece: Uint8Array
}

export interface Posts {
  /**
   * Stores a verified piece and announces it in the outbox, in one transaction, durable on return.
   * 'new': the first piece of this number; 'held': these very bytes are there already, or there are too many rivals;
   * 'rival': other bytes hold the number: both are kept and announced, the first one stays the one that is served.
   */
  putPost(username: Username, k: number, piece: Uint8Array, provenance: Provenance): 'new' | 'held' | 'rival'
  /** The piece that was first with this number. */
  post(username: Username, k: number): Uint8Array | undefined
  /** Every piece kept for this number, the first one first. */
  postVersions(username: Username, k: number): StoredPost[]
  /** Puts what is held of these numbers into the outbox once more; answers how many posts that were. */
  announceAgain(username: Username, numbers: Iterable<number>): number
  postByContent(username: Username, k: number, contentHash: Uint8Array): StoredPost | undefined
  /** Ascending. */
  heldNumbers(username: Username): number[]
  highestHeld(username: Username): number | undefined
  /** The lowest above k. */
  nextHeld(username: Username, k: number): number | undefined
  /** Numbers under which more than one piece is kept, ascending. */
  rivalNumbers(username: Username): number[]
  /** Removes the post and its rivals; their outbox entries are skipped from then on. */
  deletePost(username: Username, k: number): void
  /** Keeps a piece that its author has signed, but that our chain does not admit yet. Not announced. */
  putEarly(username: Username, k: number, piece: Uint8Array): void
  earlyPieces(username: Username): { k: number; piece: Uint8Array }[]
  removeEarly(username: Username, k: number): void
  /** Under which registrations the user's posts were judged last: any text that tells them from others. */
  judgedUnder(username: Username): string | undefined
  setJudgedUnder(username: Username, registrations: string): void
}

export function openPosts(database: Database, outbox: OutboxLog): Posts {
  const firsts = database.table('posts')
  const rivals = database.table('post-rivals')
  const early = database.table('posts-early')
  const judged = database.table('posts-judged')

  function rivalsOf(username: Username, k: number): StoredPost[] {
    const range = prefixRange(nameKey(username, numberKey(k)))
    return Array.from(rivals.entries(range), ({ value }) => decodePost(value))
  }

  function postVersions(username: Username, k: number): StoredPost[] {
    const first = firsts.get(nameKey(username, numberKey(k)))
    return first === undefined ? [] : [decodePost(first), ...rivalsOf(username, k)]
  }

  function putPost(username: Username, k: number, piece: Uint8Array, provenance: Provenance): 'new' | 'held' | 'rival' {
    const versions = postVersions(username, k)
    if (versions.some((version) => bytesEqual(version.piece, piece))) return 'held'
    if (versions.length > MAX_RIVALS_PER_POST) return 'held'
    const contentHash = sha256(piece)
    const value = writeProvenance(new ByteWriter(), provenance).bytes(piece).finish()
    const key = nameKey(username, numberKey(k))
    database.write(() => {
      if (versions.length === 0) firsts.put(key, value)
      else rivals.put(nameKey(username, numberKey(k), contentHash), value)
      outbox.append([{ kind: 'userpost', username, k, contentHash }])
    })
    return versions.length === 0 ? 'new' : 'rival'
  }

  return {
    putPost,
    postVersions,
    post: (username, k) => {
      const value = firsts.get(nameKey(username, numberKey(k)))
      return value && decodePost(value).piece
    },
    announceAgain: (username, numbers) =>
      database.write(() => {
        const entries = Array.from(numbers, (k) =>
          postVersions(username, k).map(({ piece }) => ({
            kind: 'userpost' as const,
            username,
            k,
            contentHash: sha256(piece),
          })),
        ).flat()
        outbox.append(entries)
        return entries.length
      }),
    postByContent: (username, k, contentHash) =>
      postVersions(username, k).find((version) => bytesEqual(sha256(version.piece), contentHash)),
    heldNumbers: (username) => {
      const prefix = nameKey(username)
      return Array.from(firsts.keys(prefixRange(prefix)), (key) => numberOfKey(key, prefix.length))
    },
    highestHeld: (username) => {
      const prefix = nameKey(username)
      const key = firsts.lastKey({ start: prefix, end: nameKey(username, numberKey(0xffffffff)) })
      return key && numberOfKey(key, prefix.length)
    },
    nextHeld: (username, k) => {
      const range = { start: nameKey(username, numberKey(k + 1)), end: nameKey(username, numberKey(0xffffffff)) }
      for (const key of firsts.keys(range)) return numberOfKey(key, nameKey(username).length)
      return undefined
    },
    rivalNumbers: (username) => {
      const prefix = nameKey(username)
      return [...new Set(Array.from(rivals.keys(prefixRange(prefix)), (key) => numberOfKey(key, prefix.length)))]
    },
    deletePost: (username, k) =>
      database.write(() => {
        firsts.remove(nameKey(username, numberKey(k)))
        for (const key of Array.from(rivals.keys(prefixRange(nameKey(username, numberKey(k)))))) rivals.remove(key)
      }),
    putEarly: (username, k, piece) => database.write(() => early.put(nameKey(username, numberKey(k)), piece)),
    earlyPieces: (username) => {
      const prefix = nameKey(username)
      const entries = early.entries(prefixRange(prefix))
      return Array.from(entries, ({ key, value }) => ({ k: numberOfKey(key, prefix.length), piece: value.slice() }))
    },
    removeEarly: (username, k) => database.write(() => void early.remove(nameKey(username, numberKey(k)))),
    judgedUnder: (username) => {
      const text = judged.get(nameKey(username))
      return text && utf8Decode(text)
    },
    setJudgedUnder: (username, registrations) =>
      database.write(() => judged.put(nameKey(username), utf8Encode(registrations))),
  }
}

function decodePost(value: Uint8Array): StoredPost {
  const post = parseWith(value, (reader) => ({ ...readProvenance(reader), piece: reader.rest() }))
  if (post === undefined) throw new Error('a post in the store is damaged')
  return post
}
