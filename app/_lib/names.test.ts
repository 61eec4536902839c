import { expect, test } from 'vitest'
import { calmText, displayName } from './names.ts'

test('a name keeps its words in every script', () => {
  for (const name of ['Alice Moreau', 'ليلى', '小林 健', 'Dan O’Hara', 'Ĉapelo']) expect(displayName(name)).toBe(name)
})

test('what cannot be seen or turns the order is taken out of a name', () => {
  expect(displayName('\u202Eecila\u202C')).toBe('ecila')
  expect(displayName('a\u200Bli\u2066ce   x')).toBe('alice x')
  expect(displayName('\u200B\u3164\u2800 ')).toBeUndefined()
  expect(displayName('')).toBeUndefined()
  expect([...(displayName('x'.repeat(500)) ?? '')]).toHaveLength(60)
})

test('floods of marks are cut, single marks stay', () => {
  expect(calmText(`e${'\u0301'.repeat(200)}`)).toBe(`e${'\u0301'.repeat(3)}`)
  expect(calmText('e\u0301 नमस्ते')).toBe('e\u0301 नमस्ते')
  expect(calmText('a\u202Egnp.exe')).toBe('agnp.exe')
})
