import { ByteWriter, parseWith } from './bytes.ts'

/** A short link to the URL field of a post (dht-swarm-posts.md 6, twister.cpp:4388-4433). */
export interface TwistUri {
  /** Ordinal of the author's latest registration among all transactions of the chain (chain.md 8.5). */
  readonly uid: number
  readonly k: number
}

const TWIST_URI = /^twist:([A-Za-z0-9+/]{11}=)$/

/** `twist:` + base64( uint32 LE uid ‖ uint32 LE k ) = 18 characters ending in `=`. */
export function parseTwistUri(text: string): TwistUri | undefined {
  const base64 = TWIST_URI.exec(text)?.[1]
  if (base64 === undefined) return undefined
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return parseWith(bytes, (reader) => ({ uid: reader.u32(), k: reader.u32() }))
}

export function encodeTwistUri(uri: TwistUri): string {
  const bytes = new ByteWriter().u32(uri.uid).u32(uri.k).finish()
  return `twist:${btoa(String.fromCharCode(...bytes))}`
}
