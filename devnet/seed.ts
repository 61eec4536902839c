import { createHash } from 'node:crypto'

export const DEFAULT_SEED = 'windsock'

/** A small deterministic generator. Not for secrets: everything in a devnet is public knowledge. */
export interface Dice {
  /** In [0, 1). */
  next(): number
  /** In [0, below). */
  below(below: number): number
  pick<T>(list: readonly T[]): T
  bytes(length: number): Uint8Array
}

/** The same seed and label give the same throws, whatever else was thrown before. */
export function diceOf(seed: string, label: string): Dice {
  const state = createHash('sha256').update(`${seed}/dice/${label}`).digest()
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => state.readUInt32LE(at)) as [number, number, number, number]
  // xoshiro128**: short, well studied, and needs nothing but 32-bit arithmetic
  const u32 = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result
  }
  const next = () => u32() / 2 ** 32
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    pick: (list) => {
      const chosen = list[below(list.length)]
      if (chosen === undefined) throw new Error('nothing to pick from')
      return chosen
    },
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  }
}

/** A private key that everybody can compute: 32 bytes of SHA-256, which are below the curve's order in practice. */
export function privateKeyOf(seed: string, name: string, generation: number): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`${seed}/key/${name}/${generation}`).digest())
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}
