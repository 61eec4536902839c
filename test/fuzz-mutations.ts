import fc from 'fast-check'
import { concatBytes } from '../node/protocol/bytes.ts'

/** One thing that a hostile peer does to good bytes; positions are taken modulo what there is. */
type Mutation =
  | { readonly kind: 'flip'; readonly at: number }
  | { readonly kind: 'set'; readonly at: number; readonly to: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'drop'; readonly at: number; readonly count: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'repeat'; readonly at: number; readonly count: number; readonly times: number }
  | { readonly kind: 'splice'; readonly at: number; readonly from: number; readonly other: Uint8Array }

const at = fc.nat(100_000)

/** Lengths and counts of every form in use, far beyond what follows them. */
export const HUGE_COUNTS: readonly Uint8Array[] = [
  Uint8Array.of(0xfc),
  Uint8Array.of(0xfd, 0xff, 0xff),
  Uint8Array.of(0xfd, 0x50, 0xc3),
  Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x01),
  Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0xff),
  new Uint8Array(9).fill(0xff),
  new Uint8Array(4).fill(0xff),
  Uint8Array.of(0x7f, 0xff, 0xff, 0xff),
  Uint8Array.of(0xff, 0xff, 0xff, 0x7f),
  Uint8Array.of(0x4e, 0xff, 0xff, 0xff, 0xff),
  ...['99999:', '2147483647:', '4294967296:', '9007199254740993:', 'i9999999999999999999e', '0000000001:x'].map(
    (text) => new Uint8Array(Buffer.from(text)),
  ),
]

const mutation = (samples: readonly Uint8Array[]): fc.Arbitrary<Mutation> =>
  fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at }),
    fc.record({ kind: fc.constant('set' as const), at, to: fc.nat(255) }),
    fc.record({ kind: fc.constant('cut' as const), at }),
    fc.record({ kind: fc.constant('drop' as const), at, count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ kind: fc.constant('insert' as const), at, bytes: fc.uint8Array({ minLength: 1, maxLength: 24 }) }),
    fc.record({ kind: fc.constant('insert' as const), at, bytes: fc.constantFrom(...HUGE_COUNTS) }),
    fc.record({ kind: fc.constant('repeat' as const), at, count: fc.integer({ min: 1, max: 60 }), times: fc.nat(80) }),
    fc.record({ kind: fc.constant('splice' as const), at, from: at, other: fc.constantFrom(...samples) }),
  )

/** Samples with a few mutations each, and now and then bytes of chance. */
export function mutated(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const some = fc
    .tuple(fc.constantFrom(...samples), fc.array(mutation(samples), { minLength: 1, maxLength: 4 }))
    .map(([sample, mutations]) => mutations.reduce(applyMutation, sample))
  return fc.oneof({ weight: 15, arbitrary: some }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }) })
}

function applyMutation(bytes: Uint8Array, mutation: Mutation): Uint8Array {
  const position = bytes.length === 0 ? 0 : mutation.at % bytes.length
  const [head, tail] = [bytes.subarray(0, position), bytes.subarray(position)]
  switch (mutation.kind) {
    case 'flip':
      return withByte(bytes, position, (byte) => byte ^ (1 << (mutation.at % 8)))
    case 'set':
      return withByte(bytes, position, () => mutation.to)
    case 'cut':
      return head
    case 'drop':
      return concatBytes(head, tail.subarray(mutation.count))
    case 'insert':
      return concatBytes(head, mutation.bytes, tail)
    case 'repeat':
      return concatBytes(head, ...Array(mutation.times).fill(tail.subarray(0, mutation.count)), tail)
    case 'splice':
      return concatBytes(head, mutation.other.subarray(mutation.from % Math.max(1, mutation.other.length)))
  }
}

function withByte(bytes: Uint8Array, position: number, change: (byte: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const byte = copy[position]
  if (byte !== undefined) copy[position] = change(byte)
  return copy
}

/** The sample with something huge written over each of its first positions. */
export function inflations(sample: Uint8Array, positions = 100): Uint8Array[] {
  const offsets = Array.from({ length: Math.min(sample.length, positions) }, (_, offset) => offset)
  return offsets.flatMap((offset) =>
    HUGE_COUNTS.map((count) => concatBytes(sample.subarray(0, offset), count, sample.subarray(offset + 1))),
  )
}
