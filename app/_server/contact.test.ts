import { expect, test } from 'vitest'
import { parseContact } from './contact.ts'

test('an e-mail address or a web address is a contact', () => {
  expect(parseContact('abuse@example.org')).toBe('mailto:abuse@example.org')
  expect(parseContact('first.last+site@mail.example.org')).toBe('mailto:first.last+site@mail.example.org')
  expect(parseContact('https://example.org/contact')).toBe('https://example.org/contact')
  expect(parseContact('http://abc.onion')).toBe('http://abc.onion/')
})

test('nothing else is: no script, no name alone, nothing that adds to a letter', () => {
  const others = ['alice', '@alice', 'javascript:alert(1)', 'mailto:a@example.org', 'ftp://example.org', 'a@b@c.org']
  others.push('a@example.org?subject=x', 'a@example', 'https://user:word@example.org/', 'a b@example.org', '')
  others.push(`${'a'.repeat(250)}@example.org`)
  for (const text of others) expect(parseContact(text), text).toBeUndefined()
})
