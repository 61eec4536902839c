import { expect, test } from 'vitest'
import { utf8Encode } from './bytes.ts'
import { parseUsername } from './username.ts'

test.each(['a', 'kwofu', 'mf1', '_', '0', 'abcdefghijklmnop', 'nobody'])('%s is a username', (name) => {
  expect(parseUsername(name)).toBe(name)
  expect(parseUsername(utf8Encode(name))).toBe(name)
})

test.each(['', 'A', 'abcdefghijklmnopq', 'a b', 'a-b', 'é', 'a\n', '\ufeffa', '*group', 'a.b', 'ａ', '٣'])(
  '%j is no username',
  (name) => {
    expect(parseUsername(name)).toBeUndefined()
    expect(parseUsername(utf8Encode(name))).toBeUndefined()
  },
)

test('bytes that are not UTF-8 are no username', () => {
  expect(parseUsername(Uint8Array.of(0xff))).toBeUndefined()
})
