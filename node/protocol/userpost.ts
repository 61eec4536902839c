import {
  type Bdict,
  type Bencodable,
  type Bvalue,
  bytesOf,
  dictOf,
  encodeBencode,
  int31Of,
  integerOf,
  parseBencode,
  rawBencode,
  textOf,
} from './bencode.ts'
import { bytesEqual, type RawBytes, rawBytes } from './bytes.ts'
import { MAX_INT31, MAX_MSG_CODE_POINTS, MAX_USERPOST_BYTES, SIGNATURE_BYTES, USERPOST_BENCODE } from './limits.ts'
import { messageDigest, signDigest } from './signature.ts'
import { parseUsername, type Username } from './username.ts'
import type { Verdict } from './verdict.ts'

/** The signed dict of a post (§5.1). Its texts are valid UTF-8 and its integers 0…2^31-1. */
export interface Userpost {
  readonly n: Username
  readonly k: number
  readonly height: number
  /** Unix seconds as the author claims; not checked by the network. */
  readonly time: number
  readonly msg: string
  readonly msg2: string
  readonly lastk?: number
  readonly reply?: UserpostReference
  readonly rt?: InnerUserpost
  readonly fav?: InnerUserpost
  readonly url?: string
  readonly mimetype?: string
  readonly isDirect: boolean
  readonly isPrivateFavourite: boolean
}

export interface UserpostReference {
  /** A username, or `!name` for a promoted post (then k is its block height). */
  readonly n: string
  readonly k: number
}

/** A retwisted or favourited post. Its own rt and fav are never parsed: nobody checks their signatures. */
export interface InnerUserpost {
  readonly userpost: Userpost
  readonly raw: RawBytes
  readonly signature: Uint8Array
}

export interface SignedUserpost {
  readonly userpost: Userpost
  /** The slice that sig_userpost covers. */
  readonly raw: RawBytes
  readonly signature: Uint8Array
  /** Signature of the comment alone (§5.1); not verified by the reference. */
  readonly sigWort?: Uint8Array
  /** The whole bencoded dict, as it travels in swarms and as DHT value. */
  readonly piece: RawBytes
}

export type UserpostKind = 'post' | 'reply' | 'retwist' | 'favourite' | 'private-favourite' | 'direct' | 'custom'

export type Refusal = Extract<Verdict, { kind: 'reject' }>

/** Canonical pieces only; readPiece tells why one was refused. */
export function parseSignedUserpost(piece: Uint8Array): SignedUserpost | undefined {
  const reading = readPiece(piece)
  return isRefusal(reading) ? undefined : reading
}

/** The post that a DHT value carries; `bytes` are those the value was parsed from. */
export function parseUserpostValue(value: Bvalue, bytes: Uint8Array): SignedUserpost | undefined {
  return parseSignedUserpost(value.raw(bytes))
}

// What the reference refuses costs the sender; what only we refuse may have been relayed in good faith.
const FORGED = 100
const DOUBTFUL = 20
const STRICTER_THAN_REFERENCE = 0

/** Steps 1 to 3 and 8 of acceptSignedPost (§5.2, twister.cpp:1547-1656), and the shape of every field. */
export function readPiece(piece: Uint8Array): SignedUserpost | Refusal {
  // "1 <= size <= 2048: bad bencoded post size"
  if (piece.length < 1 || piece.length > MAX_USERPOST_BYTES) return refuse('bad-bencoded-post-size', FORGED)
  const root = parseBencode(piece, USERPOST_BENCODE)
  if (root?.kind !== 'dict') return refuse('bad-bencoding', DOUBTFUL)
  // "SHOULD refuse to store/relay non-canonical bencoding; SHOULD reject dicts with duplicate or unsorted keys" (§0.1).
  if (!root.isCanonical) return refuse('non-canonical-bencoding', STRICTER_THAN_REFERENCE)
  // "userpost dict and non-empty string sig_userpost: missing post or signature."
  const dict = dictOf(root.get('userpost'))
  const signature = bytesOf(root.get('sig_userpost'))
  if (dict === undefined || signature === undefined) return refuse('missing-post-or-signature', FORGED)
  if (signature.length !== SIGNATURE_BYTES) return refuse('bad-userpost-signature', FORGED)
  const userpost = readUserpost(dict, piece)
  if (isRefusal(userpost)) return userpost
  const sigWort = bytesOf(root.get('sig_wort'))
  return {
    userpost,
    raw: rawBytes(dict.raw(piece)),
    signature,
    sigWort: sigWort?.length === SIGNATURE_BYTES ? sigWort : undefined,
    piece: rawBytes(root.raw(piece)),
  }
}

export function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === 'reject'
}

export function userpostKind(userpost: Userpost): UserpostKind {
  if (userpost.isDirect) return 'direct'
  if (userpost.isPrivateFavourite) return 'private-favourite'
  if (userpost.fav !== undefined) return 'favourite'
  if (userpost.rt !== undefined) return 'retwist'
  if (userpost.reply !== undefined) return 'reply'
  return fullText(userpost) === '' ? 'custom' : 'post'
}

/**
 * The comment of a commented retwist on its own: "sig_wort, so the comment can itself be retransmitted as a plain post"
 * (§5.1). Anybody can make it of the whole, and it passes as a post with the same number.
 */
export function isCommentOf(post: SignedUserpost, whole: SignedUserpost): boolean {
  return whole.sigWort !== undefined && bytesEqual(post.signature, whole.sigWort)
}

/** "readers concatenate msg+msg2" (§5.1). */
export function fullText(userpost: Pick<Userpost, 'msg' | 'msg2'>): string {
  return userpost.msg + userpost.msg2
}

function readUserpost(dict: Bdict, piece: Uint8Array): Userpost | Refusal {
  const own = readOwnFields(dict)
  if (isRefusal(own)) return own
  const rt = readInner(dict, 'rt', piece)
  if (rt !== undefined && isRefusal(rt)) return rt
  const fav = readInner(dict, 'fav', piece)
  if (fav !== undefined && isRefusal(fav)) return fav
  return { ...own, rt, fav }
}

// A member of the wrong type counts as missing, as in the reference.
function readOwnFields(dict: Bdict): Omit<Userpost, 'rt' | 'fav'> | Refusal {
  const n = parseUsername(bytesOf(dict.get('n')) ?? '')
  if (n === undefined) return refuse('expected-username', FORGED)
  const [k, height, time] = [int31Of(dict.get('k')), int31Of(dict.get('height')), int31Of(dict.get('time'))]
  if (k === undefined) return refuse('expected-piece', refusedByReference(dict.get('k')))
  if (height === undefined) return refuse('post-from-future', refusedByReference(dict.get('height')))
  if (time === undefined) return refuse('bad-time', STRICTER_THAN_REFERENCE)
  // "msg (absent = "") valid UTF-8: shortest form, no surrogates, <= U+10FFFF: invalid utf8 string"
  const msg = textOrEmpty(dict.get('msg'))
  if (msg === undefined) return refuse('invalid-utf8-string', FORGED)
  const msg2 = textOrEmpty(dict.get('msg2'))
  if (msg2 === undefined) return refuse('invalid-utf8-string', STRICTER_THAN_REFERENCE)
  return {
    n,
    k,
    height,
    time,
    msg,
    msg2,
    lastk: int31Of(dict.get('lastk')),
    reply: readReference(dictOf(dict.get('reply'))),
    url: textOf(dict.get('url')),
    mimetype: textOf(dict.get('mimetype')),
    isDirect: dict.get('dm')?.kind === 'dict',
    isPrivateFavourite: dict.get('pfav')?.kind === 'dict',
  }
}

function readInner(outer: Bdict, key: 'rt' | 'fav', piece: Uint8Array): InnerUserpost | Refusal | undefined {
  const dict = dictOf(outer.get(key))
  if (dict === undefined) return undefined
  const signature = bytesOf(outer.get(`sig_${key}`))
  if (signature === undefined || signature.length !== SIGNATURE_BYTES) return refuse(`bad-${key}-signature`, FORGED)
  const userpost = readOwnFields(dict)
  // The reference checks nothing of the inner post but its signature.
  if (isRefusal(userpost)) return refuse(`malformed-${key}`, STRICTER_THAN_REFERENCE, userpost.code)
  return { userpost, raw: rawBytes(dict.raw(piece)), signature }
}

function readReference(dict: Bdict | undefined): UserpostReference | undefined {
  const n = textOf(dict?.get('n'))
  const k = int31Of(dict?.get('k'))
  if (n === undefined || k === undefined) return undefined
  // "n may be !user for a promoted post" (§5.1)
  return parseUsername(n.startsWith('!') ? n.slice(1) : n) === undefined ? undefined : { n, k }
}

// The reference reads 64 bits and keeps 32, so a number out of range may have looked right to it.
function refusedByReference(value: Bvalue | undefined): number {
  const integer = integerOf(value) ?? -1
  return integer >= -MAX_INT31 && integer < 0 ? FORGED : STRICTER_THAN_REFERENCE
}

function textOrEmpty(value: Bvalue | undefined): string | undefined {
  return value?.kind === 'string' ? textOf(value) : ''
}

function refuse(code: string, score: number, detail?: string): Refusal {
  return { kind: 'reject', code, score, ...(detail === undefined ? {} : { detail }) }
}

/** What a writer says; encodeUserpost puts it in canonical order. */
export interface UserpostFields {
  readonly n: string
  readonly k: number
  readonly height: number
  readonly time: number
  readonly msg?: string
  readonly msg2?: string
  readonly lastk?: number
  readonly reply?: UserpostReference
  readonly rt?: Pick<InnerUserpost, 'raw' | 'signature'>
  readonly fav?: Pick<InnerUserpost, 'raw' | 'signature'>
  readonly url?: string
  readonly mimetype?: string
  readonly dm?: EncryptedPayload
  readonly pfav?: EncryptedPayload
  /** Further string or integer members, as newpostcustom writes them. */
  readonly custom?: Readonly<Record<string, string | number>>
}

/** Opaque to everybody but its recipient (§5.4). */
export interface EncryptedPayload {
  readonly body: Uint8Array
  readonly key: Uint8Array
  readonly mac: Uint8Array
  readonly orig: number
}

/**
 * The reference's msg and msg2 for a text: "text > 140: continuation in msg2; also '' whenever the text is empty"
 * (§5.1, twister.cpp:1719-1743).
 */
export function splitText(text: string): { readonly msg: string; readonly msg2?: string } {
  if (text === '') return { msg: '', msg2: '' }
  const characters = [...text]
  if (characters.length <= MAX_MSG_CODE_POINTS) return { msg: text }
  return {
    msg: characters.slice(0, MAX_MSG_CODE_POINTS).join(''),
    msg2: characters.slice(MAX_MSG_CODE_POINTS).join(''),
  }
}

export function encodeUserpost(fields: UserpostFields): RawBytes {
  const { custom, rt, fav, reply, dm, pfav, ...plain } = fields
  const dict: Record<string, Bencodable | undefined> = { ...custom, ...plain }
  if (reply !== undefined) dict['reply'] = { n: reply.n, k: reply.k }
  if (dm !== undefined) dict['dm'] = { ...dm }
  if (pfav !== undefined) dict['pfav'] = { ...pfav }
  if (rt !== undefined) Object.assign(dict, { rt: rawBencode(rt.raw), sig_rt: rt.signature })
  if (fav !== undefined) Object.assign(dict, { fav: rawBencode(fav.raw), sig_fav: fav.signature })
  return rawBytes(encodeBencode(dict))
}

/** The finished piece: userpost, sig_userpost and, for a commented retwist, sig_wort. */
export function signUserpost(fields: UserpostFields, privateKey: Uint8Array): RawBytes {
  const sign = (bytes: Uint8Array): Uint8Array => signDigest(messageDigest(bytes), privateKey)
  const userpost = encodeUserpost(fields)
  const isCommentedRetwist = fields.rt !== undefined && (fields.msg ?? '') !== ''
  return rawBytes(
    encodeBencode({
      userpost: rawBencode(userpost),
      sig_userpost: sign(userpost),
      // "sig_wort: signature over the userpost without rt, sig_rt" (§5.1, twister.cpp:1747-1763)
      sig_wort: isCommentedRetwist ? sign(encodeUserpost({ ...fields, rt: undefined })) : undefined,
    }),
  )
}
