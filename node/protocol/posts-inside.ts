import { type Bdict, bytesOf, dictOf, int31Of, parseBencode } from './bencode.ts'
import { USERPOST_BENCODE } from './limits.ts'

/** What a post inside of another says, as far as it can be read: nobody has checked it. */
export interface InsidePost {
  username: string
  k: number
  /** msg and msg2 in one. */
  text: string
}

const INNER = ['rt', 'fav'] as const

/** All posts inside of the signed one, and inside of those, from the outside in: whoever has the bytes has them all. */
export function postsInside(piece: Uint8Array): InsidePost[] {
  const root = parseBencode(piece, USERPOST_BENCODE)
  const found: InsidePost[] = []
  const waiting: Bdict[] = root?.kind === 'dict' ? innerOf(root, ['userpost']) : []
  for (let outer = waiting.shift(); outer !== undefined; outer = waiting.shift()) {
    const inner = innerOf(outer, INNER)
    found.push(...inner.map(readInside))
    waiting.push(...inner)
  }
  return found
}

function innerOf(dict: Bdict, keys: readonly string[]): Bdict[] {
  return keys.flatMap((key) => dictOf(dict.get(key)) ?? [])
}

function readInside(dict: Bdict): InsidePost {
  return {
    username: textIn(dict, 'n'),
    k: int31Of(dict.get('k')) ?? -1,
    text: textIn(dict, 'msg') + textIn(dict, 'msg2'),
  }
}

/** What is not UTF-8 is replaced: it may stand beside what is. */
function textIn(dict: Bdict, key: string): string {
  const bytes = bytesOf(dict.get(key))
  return bytes === undefined ? '' : new TextDecoder().decode(bytes)
}
