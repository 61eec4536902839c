import type { OutboxItem } from '../node/outbox/item.ts'
import { encodeBencode, parseBencode, rawBencode } from '../node/protocol/bencode.ts'
import { compareBytes } from '../node/protocol/bytes.ts'
import { parseDhtItem } from '../node/protocol/dht-item.ts'
import { sha256 } from '../node/protocol/hash.ts'
import { USERPOST_BENCODE } from '../node/protocol/limits.ts'
import { carriesUserpost } from '../node/protocol/resources/embedded-userpost.ts'
import { checkUserpost } from '../node/protocol/rules/check-userpost.ts'
import {
  fullText,
  type InnerUserpost,
  parseSignedUserpost,
  type SignedUserpost,
  type UserpostKind,
  userpostKind,
} from '../node/protocol/userpost.ts'
import type { OracleChain } from './oracle-chain.ts'

/** A post of the best chain as readers see it. */
export interface OraclePost {
  n: string
  k: number
  kind: UserpostKind
  post: SignedUserpost
  /** Hex of sha256 of the signed bytes. */
  contentHash: string
  sortTime: number
  text: string
  inner: InnerUserpost | undefined
  /** Content hashes of other good posts with this number, smallest first. */
  rivals: string[]
}

/** Every post that stands somewhere in these items: by itself, in a value of the DHT, or inside another post. */
export function postsInside(items: readonly OutboxItem[]): SignedUserpost[] {
  const found = new Map<string, SignedUserpost>()
  const note = (post: SignedUserpost | undefined): void => {
    if (post === undefined) return
    const key = Buffer.from(post.piece).toString('hex')
    if (found.has(key)) return
    found.set(key, post)
    note(innerPost(post.userpost.rt))
    note(innerPost(post.userpost.fav))
  }
  for (const item of items) {
    if (item.kind === 'userpost') note(parseSignedUserpost(item.piece))
    const value = item.kind === 'dht-item' ? parseDhtItem(item) : undefined
    if (value !== undefined && carriesUserpost(value)) note(parseSignedUserpost(value.vRaw))
  }
  return [...found.values()]
}

/** "rt = P.userpost, sig_rt = P.sig_userpost" (§5.3): so it is P. */
function innerPost(inner: InnerUserpost | undefined): SignedUserpost | undefined {
  return inner && parseSignedUserpost(encodeBencode({ sig_userpost: inner.signature, userpost: rawBencode(inner.raw) }))
}

/** The posts of the best chain by `n/k`: signed by the key of their height, inside the number limit, of rivals the one. */
export function oraclePosts(chain: OracleChain, seen: readonly SignedUserpost[]): Map<string, OraclePost> {
  const good = new Map<string, Map<string, SignedUserpost>>()
  for (const post of seen) {
    const { n, k } = post.userpost
    if (checkUserpost(post, { username: n, k }, chain.view).kind !== 'accept') continue
    const rivals = good.get(`${n}/${k}`) ?? new Map<string, SignedUserpost>()
    rivals.set(hex(sha256(post.raw)), post)
    good.set(`${n}/${k}`, rivals)
  }
  const posts = new Map<string, OraclePost>()
  for (const [key, rivals] of good) posts.set(key, chosen(chain, rivals))
  return posts
}

/** "ties to the smallest content hash" (architecture.md); a whole post beats its own comment cut out (§5.1 sig_wort). */
function chosen(chain: OracleChain, rivals: ReadonlyMap<string, SignedUserpost>): OraclePost {
  const comments = new Set([...rivals.values()].flatMap((post) => commentHash(post) ?? []))
  const hashes = [...rivals.keys()].sort()
  const [first, ...others] = hashes.filter((hash) => !comments.has(hash))
  const post = first === undefined ? undefined : rivals.get(first)
  if (first === undefined || post === undefined) throw new Error('a post that is only its own comment')
  const { userpost } = post
  const kind = userpostKind(userpost)
  const writtenIn = chain.blocks[userpost.height] ?? chain.tip
  return {
    n: userpost.n,
    k: userpost.k,
    kind,
    post,
    contentHash: first,
    sortTime: Math.min(userpost.time, writtenIn.header.time + 7200),
    text: fullText(userpost),
    inner: kind === 'retwist' ? userpost.rt : kind === 'favourite' ? userpost.fav : undefined,
    rivals: others,
  }
}

/** "sig_wort: signature over the userpost without rt, sig_rt" (§5.1): the hash of those bytes. */
function commentHash(post: SignedUserpost): string | undefined {
  const dict = parseBencode(post.raw, USERPOST_BENCODE)
  if (dict?.kind !== 'dict' || post.userpost.rt === undefined) return undefined
  const kept = dict.keys.filter((key) => key !== 'rt' && key !== 'sig_rt')
  const entries = kept.map((key) => [key, rawBencode(dict.get(key)?.raw(post.raw) ?? new Uint8Array(0))] as const)
  return hex(sha256(encodeBencode(new Map(entries))))
}

/** "a public reader: shows nothing for flag DM/PFAV; may count them" (§5.4). */
export function isOpen(post: OraclePost): boolean {
  return post.kind !== 'direct' && post.kind !== 'private-favourite'
}

/** Order of lists of posts: (sort_time, username, k). */
export function oldestFirst(a: OraclePost, b: OraclePost): number {
  return a.sortTime - b.sortTime || compareText(a.n, b.n) || a.k - b.k
}

/** By code points, as the index sorts whatever its database's language is. */
export function compareText(a: string, b: string): number {
  return compareBytes(Buffer.from(a), Buffer.from(b))
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** PostgreSQL's text holds no U+0000. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD')
}
