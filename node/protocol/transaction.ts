import { type ByteReader, ByteWriter, parseWith, type RawBytes, rawBytes, utf8Decode, utf8Encode } from './bytes.ts'
import { hashToInteger, parseCompactTarget } from './compact-target.ts'
import { type Hash256, sha256d } from './hash.ts'
import { MAX_SCRIPT_BYTES } from './limits.ts'
import { encodePush, encodePushBignum, parsePushes, smallString } from './script.ts'
import { parseUsername, type Username } from './username.ts'

/** nVersion i32, three scripts, nNonce u32 (chain.md 2.3, core.h:179-202). */
export interface TransactionFields {
  readonly version: number
  /** Non-empty in a promoted message, empty in a registration or key replacement. */
  readonly message: Uint8Array
  readonly userName: Uint8Array
  readonly pubKey: Uint8Array
  readonly nonce: number
}

export interface Transaction extends TransactionFields {
  /** The canonical serialization, which the txid is the hash of. */
  readonly raw: RawBytes
  /** "dsha(full serialization incl. nNonce)"; also the proof-of-work hash of a registration. */
  readonly txid: Hash256
}

export interface PromotedMessage {
  readonly user: string
  readonly text: string
  readonly signature?: Uint8Array
}

/** "Trailing bytes after the parsed object in a message are ignored" (chain.md 2.1). */
export function parseTransaction(bytes: Uint8Array): Transaction | undefined {
  return parseWith(bytes, readTransaction)
}

export function readTransaction(reader: ByteReader): Transaction {
  const start = reader.offset
  const fields = {
    version: reader.i32(),
    message: reader.varBytes(MAX_SCRIPT_BYTES),
    userName: reader.varBytes(MAX_SCRIPT_BYTES),
    pubKey: reader.varBytes(MAX_SCRIPT_BYTES),
    nonce: reader.u32(),
  }
  if (!reader.isCanonical) return makeTransaction(fields)
  const raw = rawBytes(reader.bytes.subarray(start, reader.offset))
  return { ...fields, raw, txid: sha256d(raw) }
}

export function makeTransaction(fields: TransactionFields): Transaction {
  const raw = encodeTransaction(fields)
  return { ...fields, raw: rawBytes(raw), txid: sha256d(raw) }
}

export function encodeTransaction(fields: TransactionFields): Uint8Array {
  return new ByteWriter()
    .i32(fields.version)
    .varBytes(fields.message)
    .varBytes(fields.userName)
    .varBytes(fields.pubKey)
    .u32(fields.nonce)
    .finish()
}

/** "message script non-empty ⇒ promoted-message (spam) transaction; else registration" (chain.md 2.3, core.h:222-225). */
export function isPromoted(tx: TransactionFields): boolean {
  return tx.message.length > 0
}

/** The name a registration is about; undefined if the script or the name breaks the rules. */
export function transactionUsername(tx: TransactionFields): Username | undefined {
  const name = smallString(tx.userName)
  return name && parseUsername(name)
}

/** Text, user and signature of a promoted message, checked by nothing but being there and being UTF-8. */
export function promotedMessage(tx: TransactionFields): PromotedMessage | undefined {
  const message = parsePushes(tx.message)?.[0]
  const [userBytes, signature] = parsePushes(tx.userName) ?? []
  const text = message && utf8Decode(message)
  const user = userBytes && utf8Decode(userBytes)
  if (text === undefined || user === undefined) return undefined
  return signature === undefined || signature.length === 0 ? { user, text } : { user, text, signature }
}

/** The key of a registration: first push of its pubKey script. "its content is not examined at all" (chain.md B5). */
export function registrationKey(pubKeyScript: Uint8Array): Uint8Array | undefined {
  return parsePushes(pubKeyScript)?.[0]
}

/** "user hash" = dsha(vs(username)) (chain.md 2.3, core.cpp:90-98). */
export function usernameHash(name: Username): Hash256 {
  return sha256d(new ByteWriter().varBytes(utf8Encode(name)).finish())
}

export interface RegistrationFields {
  readonly username: Username
  readonly publicKey: Uint8Array
  /** Makes it a key replacement: signature of the new key's bytes by the current key (chain.md 3.8). */
  readonly oldPrivateKeySignature?: Uint8Array
  readonly nonce: number
}

export function encodeRegistration(fields: RegistrationFields): Uint8Array {
  return encodeTransaction(registrationTransaction(fields))
}

/** The signature is signDigest(messageDigest(publicKey), current private key). */
export function encodeReplacement(
  fields: RegistrationFields & { readonly oldPrivateKeySignature: Uint8Array },
): Uint8Array {
  return encodeRegistration(fields)
}

/**
 * Counts nNonce up from 0 until the txid is below the target: "the reference solver wants < target" (chain.md B26,
 * main.cpp:480-496). Undefined if no nonce does, like the reference.
 */
export function solveRegistration(fields: Omit<RegistrationFields, 'nonce'>, txBits: number): Transaction | undefined {
  const unsolved = registrationTransaction({ ...fields, nonce: 0 })
  const raw = encodeTransaction(unsolved)
  const nonceView = new DataView(raw.buffer, raw.byteOffset + raw.length - 4, 4)
  const target = parseCompactTarget(txBits)
  for (let nonce = 0; nonce <= 0xffffffff; nonce++) {
    nonceView.setUint32(0, nonce, true)
    if (hashToInteger(sha256d(raw)) < target) return makeTransaction({ ...unsolved, nonce })
  }
  return undefined
}

export interface PromotedFields {
  readonly user: string
  readonly text: string
  /** signDigest(messageDigest(promotedScript(text)), private key of user); not needed for "nobody". */
  readonly signature?: Uint8Array
  readonly salt: Uint8Array
  readonly extraNonce: number
}

/** The transaction every block starts with, as the reference's miner builds it (chain.md 3.9, main.cpp:3754-3817). */
export function buildPromoted(fields: PromotedFields): Transaction {
  const userName = new ByteWriter()
    .bytes(encodePush(utf8Encode(fields.user)))
    .bytes(encodePush(fields.signature ?? new Uint8Array(0)))
    .bytes(encodePush(fields.salt))
  const pubKey = new ByteWriter().bytes(encodePushBignum(fields.extraNonce)).bytes(encodePush(utf8Encode('/P2SH/')))
  return makeTransaction({
    version: 1,
    message: promotedScript(fields.text),
    userName: userName.finish(),
    pubKey: pubKey.finish(),
    nonce: 0,
  })
}

/** What a promoted message's signature covers. */
// quirk: "promoted-message signature covers the script (with push opcode); all other signatures cover plain strings"
// (chain.md B7).
export function promotedScript(text: string): Uint8Array {
  return encodePush(utf8Encode(text))
}

function registrationTransaction(fields: RegistrationFields): TransactionFields {
  const pubKey = new ByteWriter().bytes(encodePush(fields.publicKey))
  if (fields.oldPrivateKeySignature !== undefined) pubKey.bytes(encodePush(fields.oldPrivateKeySignature))
  return {
    version: 1,
    message: new Uint8Array(0),
    userName: encodePush(utf8Encode(fields.username)),
    pubKey: pubKey.finish(),
    nonce: fields.nonce,
  }
}
