import { ByteReader, ByteWriter, EndOfData } from './bytes.ts'

const OP_PUSHDATA1 = 0x4c
const OP_PUSHDATA2 = 0x4d
const OP_PUSHDATA4 = 0x4e
const OP_1NEGATE = 0x4f
const OP_16 = 0x60

/** Push of a byte string (chain.md 2.2, script.h:362-387): "No small-int optimisation for byte strings." */
export function encodePush(bytes: Uint8Array): Uint8Array {
  const writer = new ByteWriter()
  if (bytes.length < OP_PUSHDATA1) writer.u8(bytes.length)
  else if (bytes.length <= 0xff) writer.u8(OP_PUSHDATA1).u8(bytes.length)
  else if (bytes.length <= 0xffff) writer.u8(OP_PUSHDATA2).u16(bytes.length)
  else writer.u8(OP_PUSHDATA4).u32(bytes.length)
  return writer.bytes(bytes).finish()
}

/**
 * Push of an int (script.h:246-258): "−1 → 4f; 1..16 → 51..60; other (incl. 0) → push of the minimal little-endian
 * signed-magnitude bytes" (chain.md 2.2).
 */
export function encodePushInt(value: number): Uint8Array {
  if (value === -1 || (value >= 1 && value <= 16)) return Uint8Array.of(0x50 + value)
  return encodePushBignum(value)
}

/** Push of a bignum, the miner's extra nonce (script.h:356-360): "always the byte-string form (1 → 01 01)". */
export function encodePushBignum(value: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = Math.abs(value); rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256)
  const last = bytes.at(-1)
  if (last !== undefined && last >= 0x80) bytes.push(value < 0 ? 0x80 : 0)
  else if (last !== undefined && value < 0) bytes[bytes.length - 1] = last + 0x80
  return encodePush(Uint8Array.from(bytes))
}

/**
 * All byte strings of a script (script.h:559-574): "opcodes 4f..60 each yield an empty string; any opcode > 60 or a
 * truncated push makes the whole extraction fail" (chain.md 2.2).
 */
export function parsePushes(script: Uint8Array): Uint8Array[] | undefined {
  const reader = new ByteReader(script)
  const pushes: Uint8Array[] = []
  try {
    while (!reader.done) {
      const opcode = reader.u8()
      if (opcode > OP_16) return undefined
      pushes.push(opcode >= OP_1NEGATE ? new Uint8Array(0) : reader.take(pushLength(reader, opcode)))
    }
  } catch (error) {
    if (error instanceof EndOfData) return undefined
    throw error
  }
  return pushes
}

/** "script is non-empty, first byte L < 4c, and total size is exactly L+1" (chain.md 2.2, script.cpp:1726-1734). */
export function smallString(script: Uint8Array): Uint8Array | undefined {
  const length = script[0]
  if (length === undefined || length >= OP_PUSHDATA1 || script.length !== length + 1) return undefined
  return script.subarray(1)
}

function pushLength(reader: ByteReader, opcode: number): number {
  if (opcode < OP_PUSHDATA1) return opcode
  if (opcode === OP_PUSHDATA1) return reader.u8()
  return opcode === OP_PUSHDATA2 ? reader.u16() : reader.u32()
}
