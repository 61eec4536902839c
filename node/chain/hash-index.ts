import type { Hash256 } from '../protocol/hash.ts'

const EMPTY = -1
const INITIAL_CAPACITY = 1 << 12

/**
 * Finds the number of a hash among hashes that somebody else keeps: an open-addressing table of numbers, 4 to 8 bytes a
 * hash where a Map would need above 60. Block hashes are spread evenly, and whoever wants to bend them pays with work.
 */
export class HashIndex {
  readonly #hashAt: (index: number) => Uint8Array
  #slots = new Int32Array(INITIAL_CAPACITY).fill(EMPTY)
  #count = 0

  constructor(hashAt: (index: number) => Uint8Array) {
    this.#hashAt = hashAt
  }

  get(hash: Hash256): number | undefined {
    const found = this.#slots[this.#slotOf(hash)] ?? EMPTY
    return found === EMPTY ? undefined : found
  }

  /** The hash must be what hashAt(index) gives, and new. */
  add(hash: Hash256, index: number): void {
    if (2 * (this.#count + 1) > this.#slots.length) this.#grow()
    this.#slots[this.#slotOf(hash)] = index
    this.#count++
  }

  /** The slot that holds the hash, or the free one where it belongs. */
  #slotOf(hash: Uint8Array): number {
    const mask = this.#slots.length - 1
    let slot = firstWord(hash) & mask
    for (;;) {
      const index = this.#slots[slot] ?? EMPTY
      if (index === EMPTY || isSame(this.#hashAt(index), hash)) return slot
      slot = (slot + 1) & mask
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Int32Array(2 * old.length).fill(EMPTY)
    for (const index of old) if (index !== EMPTY) this.#slots[this.#slotOf(this.#hashAt(index))] = index
  }
}

function firstWord(hash: Uint8Array): number {
  return ((hash[0] ?? 0) | ((hash[1] ?? 0) << 8) | ((hash[2] ?? 0) << 16) | ((hash[3] ?? 0) << 24)) >>> 0
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let position = 0; position < 32; position++) if (a[position] !== b[position]) return false
  return true
}
