import { expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import {
  checkFilteradd,
  checkFilterload,
  encodeFilteradd,
  encodeFilterload,
  parseFilteradd,
  parseFilterload,
} from './filter.ts'

const filter = { data: Uint8Array.of(0xff), hashFunctions: 1, tweak: 0xffffffff, flags: 1 }

describeCodec('filterload', { parse: parseFilterload, encode: encodeFilterload, samples: [encodeFilterload(filter)] })
describeCodec('filteradd', {
  parse: parseFilteradd,
  encode: encodeFilteradd,
  samples: [encodeFilteradd(new Uint8Array(520))],
})

test('filters over the limits of the reference cost 100', () => {
  const cost = { kind: 'reject', score: 100 }
  expect(checkFilterload({ ...filter, hashFunctions: 50, data: new Uint8Array(36_000) })).toEqual({ kind: 'accept' })
  expect(checkFilterload({ ...filter, hashFunctions: 51 })).toMatchObject(cost)
  expect(checkFilterload({ ...filter, data: new Uint8Array(36_001) })).toMatchObject(cost)
  expect(checkFilteradd(new Uint8Array(520), true)).toEqual({ kind: 'accept' })
  expect(checkFilteradd(new Uint8Array(521), true)).toMatchObject(cost)
  expect(checkFilteradd(new Uint8Array(520), false)).toMatchObject(cost)
})
