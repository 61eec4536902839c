import { getHeapStatistics } from 'node:v8'
import { expect } from 'vitest'
import { bytesToHex } from '../node/protocol/bytes.ts'

/** A parser of foreign bytes, under the laws that hold for all of them. */
export interface FuzzTarget {
  readonly name: string
  readonly parse: (bytes: Uint8Array) => unknown
  /** encode(parse(bytes)), where there is a writer; undefined where the parser refuses. */
  readonly rewrite?: (bytes: Uint8Array) => Uint8Array | undefined
  /**
   * `exact`: what is accepted is written again to the same bytes. `lenient`: the parser passes over something (bytes
   * after the end, counts written at length, members that mean nothing to us); written once, it stays as it is.
   */
  readonly form: 'exact' | 'lenient'
  /** What it may allocate for each byte, if more than the others. */
  readonly maxBytesPerByte?: number
  /** Real ones, to be mutated. */
  readonly samples: readonly Uint8Array[]
}

/**
 * What a parser may allocate, results included: so many bytes for each byte of the input, and a little for itself. An
 * empty dictionary has two bytes and is the dearest of all inputs.
 */
const MAX_BYTES_PER_BYTE = 512
const MAX_FIXED_BYTES = 128 * 1024

/** Throws if one law does not hold for these bytes. That it comes to an end at all is a law too. */
export function checkLaws({ parse, rewrite, form, maxBytesPerByte }: FuzzTarget, bytes: Uint8Array): void {
  const allowed = MAX_FIXED_BYTES + (maxBytesPerByte ?? MAX_BYTES_PER_BYTE) * bytes.length
  let spent = allocatedBy(parse, bytes)
  // The engine's own pages are counted now and then; what the parser takes, it takes every time.
  for (let again = 0; spent > allowed && again < 5; again++) spent = Math.min(spent, allocatedBy(parse, bytes))
  if (spent > allowed) {
    throw new Error(`${spent} bytes allocated for ${bytes.length}: ${bytesToHex(bytes.subarray(0, 200))}`)
  }
  const written = rewrite?.(bytes)
  if (rewrite === undefined || written === undefined) return
  if (form === 'exact') expectSame(written, bytes)
  else expectSame(rewrite(written), written)
}

/** Negative if garbage was collected in between. */
function allocatedBy(parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): number {
  const before = heldBytes()
  parse(bytes)
  return heldBytes() - before
}

function expectSame(actual: Uint8Array | undefined, expected: Uint8Array): void {
  // Hexadecimal of everything is slow, and needed only to show a difference.
  if (actual !== undefined && Buffer.compare(actual, expected) === 0) return
  expect(actual && bytesToHex(actual)).toBe(bytesToHex(expected))
}

function heldBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}
