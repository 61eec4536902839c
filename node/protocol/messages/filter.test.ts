import { expect, test } from 'vitest'
import { describeCodec } from '../../../test/codec-laws.ts'
import { encodeFilteradd, encodeFilterload, parseFilteradd, parseFilterload } from './filter.ts'

const filter = { data: Uint8Array.of(0xff), hashFunctions: 1, tweak: 0xffffffff, flags: 1 }

describeCodec('filterload', { parse: parseFilterload, encode: encodeFilterload, samples: [encodeFilterload(filter)] })
describeCodec('filteradd', {
  parse: parseFilteradd,
  encode: encodeFilteradd,
  samples: [encodeFilteradd(new Uint8Array(520))],
})

test('filters over the limits of the reference are refused', () => {
  expect(parseFilterload(encodeFilterload({ ...filter, hashFunctions: 50 }))?.hashFunctions).toBe(50)
  expect(parseFilterload(encodeFilterload({ ...filter, hashFunctions: 51 }))).toBeUndefined()
  expect(parseFilterload(encodeFilterload({ ...filter, data: new Uint8Array(36_000) }))?.data.length).toBe(36_000)
  expect(parseFilterload(encodeFilterload({ ...filter, data: new Uint8Array(36_001) }))).toBeUndefined()
  expect(parseFilteradd(encodeFilteradd(new Uint8Array(521)))).toBeUndefined()
})
