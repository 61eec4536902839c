import { type Bdict, type Bvalue, dictOf, parseBencode } from '../../node/protocol/bencode.ts'
import { bytesToHex } from '../../node/protocol/bytes.ts'
import { sha256 } from '../../node/protocol/hash.ts'
import { DHT_VALUE_BENCODE, USERPOST_BENCODE } from '../../node/protocol/limits.ts'
import type { Json, JsonObject } from './json.ts'

/**
 * "Binary in JSON: hex strings for sig_userpost, sig_wort, sig_rt, sig_fav, sig_p" (dht-swarm-posts.md 6.1). Encrypted
 * parts, which the reference writes in hexadecimal too, are nobody's to read and left out.
 */
const HEXADECIMAL: ReadonlySet<string> = new Set(['sig_userpost', 'sig_wort', 'sig_rt', 'sig_fav'])
const ENCRYPTED: ReadonlySet<string> = new Set(['dm', 'pfav'])
/** Posts within a post, and their signatures. What a retwisted post itself retwists is checked by nobody, so not shown. */
const INNER: ReadonlySet<string> = new Set(['rt', 'fav', 'sig_rt', 'sig_fav'])

/** A post as it travels, `{sig_userpost[, sig_wort], userpost}`; nothing for what is no bencoded dict. */
export function pieceJson(piece: Uint8Array): JsonObject | undefined {
  const dict = dictOf(parseBencode(piece, USERPOST_BENCODE))
  return dict && signedPostJson(dict)
}

export interface SignedDhtValue {
  p: Uint8Array
  sigP: Uint8Array
  sigUser: string
}

/** `{p, sig_p, sig_user}`; nothing for a `p` that is no bencoded dict. */
export function dhtValueJson({ p, sigP, sigUser }: SignedDhtValue): JsonObject | undefined {
  const dict = dictOf(parseBencode(p, DHT_VALUE_BENCODE))
  if (dict === undefined) return undefined
  const json = members(dict, (key, value) => {
    const v = key === 'v' ? dictOf(value) : undefined
    return v === undefined ? valueJson(value) : signedPostJson(v)
  })
  return { p: json, sig_p: bytesToHex(sigP), sig_user: sigUser }
}

/** The value alone. */
export function dhtContentJson(p: Uint8Array): Json | undefined {
  const v = dictOf(parseBencode(p, DHT_VALUE_BENCODE))?.get('v')
  return v && valueJson(v)
}

/** Which post a value carries: sha256 of the signed bytes. */
export function postHashInValue(p: Uint8Array): Uint8Array | undefined {
  const v = dictOf(dictOf(parseBencode(p, DHT_VALUE_BENCODE))?.get('v'))
  const userpost = dictOf(v?.get('userpost'))
  return userpost && sha256(userpost.raw(p))
}

function signedPostJson(dict: Bdict): JsonObject {
  return members(dict, (key, value) => {
    const userpost = key === 'userpost' ? dictOf(value) : undefined
    return userpost === undefined ? fieldJson(key, value) : userpostJson(userpost)
  })
}

function userpostJson(userpost: Bdict): JsonObject {
  return members(userpost, (key, value) => {
    const inner = key === 'rt' || key === 'fav' ? dictOf(value) : undefined
    return inner === undefined ? fieldJson(key, value) : innerJson(inner)
  })
}

function innerJson(inner: Bdict): JsonObject {
  return members(inner, (key, value) => (INNER.has(key) ? undefined : fieldJson(key, value)))
}

function fieldJson(key: string, value: Bvalue): Json | undefined {
  if (ENCRYPTED.has(key)) return undefined
  return HEXADECIMAL.has(key) && value.kind === 'string' ? bytesToHex(value.bytes) : valueJson(value)
}

function valueJson(value: Bvalue): Json {
  switch (value.kind) {
    case 'integer':
      return value.value
    case 'string':
      // Bytes that are no text become what a browser makes of them in the reference's answer.
      return Buffer.from(value.bytes).toString('utf8')
    case 'list':
      return value.items.map(valueJson)
    case 'dict':
      return members(value, (_key, member) => valueJson(member))
  }
}

/** In the order of the bytes of their keys, as the reference writes them. */
function members(dict: Bdict, jsonOf: (key: string, value: Bvalue) => Json | undefined): JsonObject {
  const entries = dict.keys.flatMap((key) => {
    const value = dict.get(key)
    const json = value && jsonOf(key, value)
    return json === undefined ? [] : [[Buffer.from(key, 'latin1').toString('utf8'), json] as const]
  })
  return Object.fromEntries(entries)
}
