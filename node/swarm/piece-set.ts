const FIRST_BYTES = 16
const NO_BITS = new Uint8Array(0)

/** How many bits of a byte are set. */
const BITS_OF = Uint8Array.from({ length: 256 }, (_, byte) => [...byte.toString(2)].filter((bit) => bit === '1').length)

/** A set of post numbers that grows as numbers turn up. */
export class PieceSet {
  #bits: Uint8Array = NO_BITS
  #count = 0
  #highest = -1

  /** "Length is a multiple of 8 bits on the wire, so up to 7 spare bits are normal" (spec 4.4, id 5). */
  static fromBitfield(bitfield: Uint8Array): PieceSet {
    const set = new PieceSet()
    for (let index = 0; index < bitfield.length; index++) {
      const byte = bitfield[index] ?? 0
      for (let bit = 0; byte !== 0 && bit < 8; bit++) if (byte & (0x80 >> bit)) set.add(index * 8 + bit)
    }
    return set
  }

  get size(): number {
    return this.#count
  }

  /** -1 when empty. */
  get highest(): number {
    return this.#highest
  }

  has(k: number): boolean {
    return ((this.#bits[k >> 3] ?? 0) & (0x80 >> (k & 7))) !== 0
  }

  add(k: number): void {
    if (this.has(k)) return
    if (k >> 3 >= this.#bits.length) this.#grow((k >> 3) + 1)
    const byte = this.#bits[k >> 3] ?? 0
    this.#bits[k >> 3] = byte | (0x80 >> (k & 7))
    this.#count++
    if (k > this.#highest) this.#highest = k
  }

  /** False if it was not in the set. */
  delete(k: number): boolean {
    if (!this.has(k)) return false
    this.#bits[k >> 3] = (this.#bits[k >> 3] ?? 0) & ~(0x80 >> (k & 7))
    this.#count--
    while (this.#highest >= 0 && !this.has(this.#highest)) this.#highest--
    return true
  }

  /** The lowest numbers, so many of them. */
  lowest(count: number): number[] {
    const numbers: number[] = []
    for (let k = 0; k <= this.#highest && numbers.length < count; k++) if (this.has(k)) numbers.push(k)
    return numbers
  }

  /** The number that `count - 1` others are above; undefined when there are not so many. */
  nthHighest(count: number): number | undefined {
    if (count < 1 || count > this.#count) return undefined
    let left = count
    for (let index = this.#highest >> 3; index >= 0; index--) {
      const byte = this.#bits[index] ?? 0
      const here = bitsOf(byte)
      if (here < left) {
        left -= here
        continue
      }
      for (let bit = 7; bit >= 0; bit--) if (byte & (0x80 >> bit) && --left === 0) return index * 8 + bit
    }
    return undefined
  }

  /** How many numbers from `floor` on are here, and in none of the others. */
  countWithout(floor: number, ...others: readonly PieceSet[]): number {
    let count = 0
    for (let index = Math.max(0, floor) >> 3; index <= this.#highest >> 3; index++) {
      let byte = this.#bits[index] ?? 0
      for (const other of others) byte &= ~(other.#bits[index] ?? 0)
      if (index === floor >> 3) byte &= 0xff >> (floor & 7)
      count += bitsOf(byte)
    }
    return count
  }

  /** Runs of numbers from `from` on, first and last in turn, at most so many runs. */
  ranges(from: number, count: number): number[] {
    const ends: number[] = []
    for (let k = from; k <= this.#highest; k++) {
      // Eight at a time, where there is nothing, or nothing but more of the same run.
      const byte = (k & 7) === 0 ? this.#bits[k >> 3] : undefined
      const isInRun = ends.length % 2 === 1
      if (byte === (isInRun ? 0xff : 0)) k += 7
      else if (this.has(k) && !isInRun) {
        if (ends.length === 2 * count) return ends
        ends.push(k)
      } else if (!this.has(k) && isInRun) ends.push(k - 1)
    }
    if (ends.length % 2 === 1) ends.push(this.#highest)
    return ends
  }

  *descending(from = this.#highest): Generator<number> {
    for (let k = Math.min(from, this.#highest); k >= 0; k--) if (this.has(k)) yield k
  }

  /** Bits for `pieces` pieces, as the wire has them. */
  toBitfield(pieces: number): Uint8Array {
    const bitfield = new Uint8Array(Math.ceil(pieces / 8))
    bitfield.set(this.#bits.subarray(0, Math.min(bitfield.length, this.#bits.length)))
    return bitfield
  }

  #grow(bytes: number): void {
    const bits = new Uint8Array(Math.max(FIRST_BYTES, bytes, this.#bits.length * 2))
    bits.set(this.#bits)
    this.#bits = bits
  }
}

function bitsOf(byte: number): number {
  return BITS_OF[byte] ?? 0
}
