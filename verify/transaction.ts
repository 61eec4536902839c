import { type ByteReader, parseUtf8, readBytes } from './bytes.ts'
import { sha256d } from './hash.ts'
import { MAX_TRANSACTION_BYTES } from './limits.ts'
import { meetsTarget } from './target.ts'

export interface Transaction {
  txid: Uint8Array
  message: Uint8Array
  userName: Uint8Array
  pubKey: Uint8Array
}

/** "nVersion i32, message, userName, pubKey: script as vb, nNonce u32" (chain.md 2.3), nothing after it, in its one form. */
export function parseTransaction(bytes: Uint8Array): Transaction | undefined {
  if (bytes.length > MAX_TRANSACTION_BYTES) return undefined
  return readBytes(bytes, (reader) => {
    const tx = readTransaction(reader, bytes)
    return reader.isAtEnd ? tx : undefined
  })
}

/** "ids computed from the canonical form" (chain.md B32): a size that could be shorter is none. */
export function readTransaction(reader: ByteReader, bytes: Uint8Array): Transaction {
  const start = reader.offset
  reader.i32()
  const message = reader.take(reader.compactSize())
  const userName = reader.take(reader.compactSize())
  const pubKey = reader.take(reader.compactSize())
  reader.u32()
  return { txid: sha256d(bytes.subarray(start, reader.offset)), message, userName, pubKey }
}

/** ExtractPushData (chain.md 2.2): "any opcode > 60 or a truncated push makes the whole extraction fail". */
export function pushesOf(bytes: Uint8Array): Uint8Array[] | undefined {
  return readBytes(bytes, (reader) => {
    const pushes: Uint8Array[] = []
    while (!reader.isAtEnd) {
      const opcode = reader.u8()
      if (opcode > 0x60) return undefined
      pushes.push(reader.take(pushLength(opcode, reader)))
    }
    return pushes
  })
}

/** "opcode <= 4e = push; opcodes 4f..60 each yield an empty string" (chain.md 2.2). */
function pushLength(opcode: number, reader: ByteReader): number {
  if (opcode < 0x4c) return opcode
  if (opcode === 0x4c) return reader.u8()
  if (opcode === 0x4d) return reader.u16()
  return opcode === 0x4e ? reader.u32() : 0
}

const USERNAME = /^[a-z0-9_]{1,16}$/

/** The name a registration is of: "a small string" (R3) of "1..16; every byte in a-z, 0-9, _" (R5, chain.md 3.2). */
export function registeredName({ userName }: Transaction): string | undefined {
  const length = userName[0] ?? 0
  if (length >= 0x4c || userName.length !== length + 1) return undefined
  const name = parseUtf8(userName.subarray(1))
  return name !== undefined && USERNAME.test(name) ? name : undefined
}

/**
 * Whether a block could hold it at this place, by the rules without context (chain.md 3.2): tx 0 is a promoted message,
 * every other a registration with its own work.
 */
export function couldStandAt(tx: Transaction, index: number, txBits: number): boolean {
  if (tx.message.length > 0) return index === 0 && couldBePromoted(tx)
  return index > 0 && registeredName(tx) !== undefined && tx.pubKey.length > 0 && meetsTarget(tx.txid, txBits)
}

/** P1 to P4: a message of valid UTF-8, a user of 1..16 bytes. */
function couldBePromoted(tx: Transaction): boolean {
  const [message, user] = [pushesOf(tx.message)?.[0], pushesOf(tx.userName)?.[0]]
  if (message === undefined || message.length === 0 || parseUtf8(message) === undefined) return false
  return user !== undefined && user.length >= 1 && user.length <= 16
}
