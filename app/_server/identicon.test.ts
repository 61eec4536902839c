import { expect, test } from 'vitest'
import { identicon } from './identicon.ts'

test('a name always has the same picture, and another name another one', () => {
  expect(identicon('alice')).toBe(identicon('alice'))
  expect(identicon('alice')).not.toBe(identicon('bob'))
})

test('nothing of the name stands in the markup', () => {
  expect(identicon('"><script>')).toMatch(/^<svg [^"]*"[^"]*"[^>]*>[-<>a-zA-Z0-9 ="/#()%.]*<\/svg>$/)
  expect(identicon('"><script>')).not.toContain('script')
})
