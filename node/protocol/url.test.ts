import { expect, test } from 'vitest'
import { tokenizeText } from './text-tokens.ts'
import { parseUrl } from './url.ts'

/** Calls after which the engine has compiled what is called. */
const WARM = 60_000

test('an address is one after as many calls as before', () => {
  for (let call = 0; call < WARM; call++) {
    if (parseUrl('https://b\u00fccher.de/')?.hostname !== 'xn--bcher-kva.de') throw new Error(`refused in call ${call}`)
    if (parseUrl('https://exa\u00e3\u0080\u00aemple.org') !== undefined) throw new Error(`accepted in call ${call}`)
  }
  expect(parseUrl('/a', 'http://b/')?.href).toBe('http://b/a')
})

test('a post with an address that is none never throws, however many were read before', () => {
  const text = 'see https://exa\u00e3\u0080\u00aemple.org'
  const first = tokenizeText(text)
  for (let call = 0; call < 20_000; call++) tokenizeText(text)
  expect(tokenizeText(text)).toEqual(first)
})
