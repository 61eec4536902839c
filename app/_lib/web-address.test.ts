import { expect, test } from 'vitest'
import { isSafeHref, webAddress } from './web-address.ts'

test('only the web and mail are led to', () => {
  for (const href of ['http://a.example/x', 'https://a.example', 'mailto:a@b.example'])
    expect(isSafeHref(href)).toBe(true)
  for (const href of [
    'javascript:alert(1)',
    'data:text/html,x',
    ' javascript:x',
    'java\nscript:x',
    '//a.example',
    '/x',
  ]) {
    expect(isSafeHref(href), href).toBe(false)
  }
})

test('a profile’s address without a scheme is one of the web, and no other scheme passes', () => {
  expect(webAddress('balcony.example/wind')).toBe('http://balcony.example/wind')
  expect(webAddress('https://balcony.example')).toBe('https://balcony.example')
  for (const url of [
    'javascript://x/%0aalert(1)',
    'javascript:alert(1)',
    'https://me@evil.example',
    'http://',
    'a b',
  ]) {
    expect(webAddress(url), url).toBeUndefined()
  }
})
