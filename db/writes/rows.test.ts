import { expect, it } from 'vitest'
import { arrayLiteral } from './rows.ts'

it('writes arrays as PostgreSQL reads them', () => {
  expect(arrayLiteral([])).toBe('{}')
  expect(arrayLiteral([1, -2.5, undefined, null, true, false])).toBe('{1,-2.5,NULL,NULL,t,f}')
  expect(arrayLiteral(['', 'a b', 'NULL', '{,}', 'say "hi"', 'back\\slash'])).toBe(
    String.raw`{"","a b","NULL","{,}","say \"hi\"","back\\slash"}`,
  )
  expect(arrayLiteral([Uint8Array.of(0, 255), Buffer.from('abc').subarray(1), new Uint8Array(0)])).toBe(
    String.raw`{"\\x00ff","\\x6263","\\x"}`,
  )
})
