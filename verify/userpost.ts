import { type Bvalue, parseBencode } from './bencode.ts'
import { parseUtf8 } from './bytes.ts'

/** The signed dict of a post (dht-swarm-posts.md 5.1), as far as a signature needs it. */
export interface Userpost {
  n: string
  k: number
  height: number
  /** Unix seconds, as the author says. */
  time: number | undefined
  text: string
  /** A retwist's, a favourite's, or in theory both. */
  inner: InnerUserpost[]
}

/** A post inside of it, signed by its own author. */
export interface InnerUserpost {
  member: 'rt' | 'fav'
  n: string
  k: number
  height: number
  text: string
  bytes: Uint8Array
  signature: Uint8Array
}

/** The dict of a piece that is signed, and the signature: {userpost, sig_userpost[, sig_wort]}. */
export function parsePiece(piece: Uint8Array): { bytes: Uint8Array; signature: Uint8Array } | undefined {
  const root = dictOf(parseBencode(piece))
  const userpost = root?.get('userpost')
  const signature = bytesOf(root?.get('sig_userpost'))
  return userpost?.kind === 'dict' && signature !== undefined ? { bytes: userpost.raw, signature } : undefined
}

export function parseUserpost(bytes: Uint8Array): Userpost | undefined {
  const dict = dictOf(parseBencode(bytes))
  const author = dict && authorOf(dict)
  if (dict === undefined || author === undefined) return undefined
  const inner: InnerUserpost[] = []
  for (const member of ['rt', 'fav'] as const) {
    if (dict.get(member)?.kind !== 'dict') continue
    const found = innerOf(dict, member)
    if (found === undefined) return undefined
    inner.push(found)
  }
  const time = dict.get('time')
  return {
    ...author,
    time: time?.kind === 'integer' ? time.value : undefined,
    text: wordsOf(dict),
    inner,
  }
}

function authorOf(dict: ReadonlyMap<string, Bvalue>): { n: string; k: number; height: number } | undefined {
  const n = parseUtf8(bytesOf(dict.get('n')) ?? new Uint8Array(0))
  const [k, height] = [dict.get('k'), dict.get('height')]
  if (n === undefined || k?.kind !== 'integer' || height?.kind !== 'integer') return undefined
  return { n, k: k.value, height: height.value }
}

/** "rt … the complete inner userpost; sig_rt … its sig_userpost" (dht-swarm-posts.md 5.1). */
function innerOf(outer: ReadonlyMap<string, Bvalue>, member: 'rt' | 'fav'): InnerUserpost | undefined {
  const value = outer.get(member)
  const dict = dictOf(value)
  if (value === undefined || dict === undefined) return undefined
  const signature = bytesOf(outer.get(`sig_${member}`))
  const author = authorOf(dict)
  return signature && author && { member, ...author, text: wordsOf(dict), bytes: value.raw, signature }
}

/** "msg2 … continues msg" (dht-swarm-posts.md 5.1). */
function wordsOf(dict: ReadonlyMap<string, Bvalue>): string {
  return textOf(dict.get('msg')) + textOf(dict.get('msg2'))
}

function dictOf(value: Bvalue | undefined): ReadonlyMap<string, Bvalue> | undefined {
  return value?.kind === 'dict' ? value.entries : undefined
}

function bytesOf(value: Bvalue | undefined): Uint8Array | undefined {
  return value?.kind === 'string' ? value.bytes : undefined
}

function textOf(value: Bvalue | undefined): string {
  return parseUtf8(bytesOf(value) ?? new Uint8Array(0)) ?? ''
}
