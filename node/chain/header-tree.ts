import { workOf } from '../protocol/compact-target.ts'
import { type Hash256, hash256 } from '../protocol/hash.ts'
import { HashIndex } from './hash-index.ts'

const INITIAL_CAPACITY = 1 << 12
const NO_PARENT = -1

const HAS_BODY = 1
/** The bodies of this block and of all its ancestors are stored. */
const IS_LINKED = 2
const IS_FAILED = 4

/**
 * All known headers in packed arrays, about 65 bytes each, numbered in the order in which they came: a parent has a
 * smaller number than its children. The 84 bytes themselves stay on disk.
 */
export class HeaderTree {
  #hashes = new Uint8Array(32 * INITIAL_CAPACITY)
  #parents = new Int32Array(INITIAL_CAPACITY)
  #heights = new Int32Array(INITIAL_CAPACITY)
  // Cumulative work, two words each: nobody reaches 2^128 by hashing.
  #work = new BigUint64Array(2 * INITIAL_CAPACITY)
  #flags = new Uint8Array(INITIAL_CAPACITY)
  #size = 0
  #lastBits = 0
  #lastBitsWork = 0n
  readonly #index = new HashIndex((index) => this.#hashes.subarray(32 * index, 32 * index + 32))

  get size(): number {
    return this.#size
  }

  indexOf(hash: Hash256): number | undefined {
    return this.#index.get(hash)
  }

  /** Adds a header that is not there yet; `parent` is undefined for genesis alone. Returns its number. */
  add(hash: Hash256, parent: number | undefined, bits: number): number {
    const index = this.#size
    if (index === this.#parents.length) this.#grow()
    this.#hashes.set(hash, 32 * index)
    this.#parents[index] = parent ?? NO_PARENT
    this.#heights[index] = parent === undefined ? 0 : this.height(parent) + 1
    const work = (parent === undefined ? 0n : this.work(parent)) + this.#workOf(bits)
    this.#work[2 * index] = BigInt.asUintN(64, work >> 64n)
    this.#work[2 * index + 1] = BigInt.asUintN(64, work)
    if (parent !== undefined && this.isFailed(parent)) this.#flags[index] = IS_FAILED
    this.#size++
    this.#index.add(hash, index)
    return index
  }

  hash(index: number): Hash256 {
    const hash = hash256(this.#hashes.slice(32 * index, 32 * index + 32))
    if (hash === undefined || index >= this.#size) throw new Error(`no header ${index}`)
    return hash
  }

  parent(index: number): number | undefined {
    const parent = this.#parents[index] ?? NO_PARENT
    return parent === NO_PARENT ? undefined : parent
  }

  height(index: number): number {
    return this.#heights[index] ?? 0
  }

  /** Sum of the work from genesis to this header. */
  work(index: number): bigint {
    return ((this.#work[2 * index] ?? 0n) << 64n) | (this.#work[2 * index + 1] ?? 0n)
  }

  hasBody(index: number): boolean {
    return this.#has(index, HAS_BODY)
  }

  isLinked(index: number): boolean {
    return this.#has(index, IS_LINKED)
  }

  isFailed(index: number): boolean {
    return this.#has(index, IS_FAILED)
  }

  setBody(index: number): void {
    this.#set(index, HAS_BODY)
  }

  setLinked(index: number): void {
    this.#set(index, IS_LINKED)
  }

  /** Marks blocks and everything built on them as never to be connected. */
  setFailed(indexes: readonly number[]): void {
    for (const index of indexes) this.#set(index, IS_FAILED)
    const first = indexes.reduce((least, index) => Math.min(least, index), this.#size)
    for (let later = first + 1; later < this.#size; later++) {
      const parent = this.parent(later)
      if (parent !== undefined && this.isFailed(parent)) this.#set(later, IS_FAILED)
    }
  }

  /** The header with the most work that has not failed; of equals the one that came first. */
  findBest(): number {
    let best = 0
    for (let index = 1; index < this.#size; index++) {
      if (!this.isFailed(index) && this.work(index) > this.work(best)) best = index
    }
    return best
  }

  #workOf(bits: number): bigint {
    if (bits !== this.#lastBits) {
      this.#lastBits = bits
      this.#lastBitsWork = workOf(bits)
    }
    return this.#lastBitsWork
  }

  #has(index: number, flag: number): boolean {
    return ((this.#flags[index] ?? 0) & flag) !== 0
  }

  #set(index: number, flag: number): void {
    this.#flags[index] = (this.#flags[index] ?? 0) | flag
  }

  #grow(): void {
    const capacity = 2 * this.#parents.length
    const grown = <T extends { set(from: T): void }>(to: T, from: T): T => {
      to.set(from)
      return to
    }
    this.#hashes = grown(new Uint8Array(32 * capacity), this.#hashes)
    this.#parents = grown(new Int32Array(capacity), this.#parents)
    this.#heights = grown(new Int32Array(capacity), this.#heights)
    this.#work = grown(new BigUint64Array(2 * capacity), this.#work)
    this.#flags = grown(new Uint8Array(capacity), this.#flags)
  }
}
