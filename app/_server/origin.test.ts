import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { onionLocation, originOf, parseOnion, parseOrigins } from './origin.ts'

const DIRECT = { proxyDepth: 0 }
const BEHIND_ONE = { proxyDepth: 1 }
const ONION = `http://${'a2'.repeat(28)}.onion`

function asked(headers: Record<string, string>): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { headers })
}

test('absolute addresses follow the host that was used', () => {
  expect(originOf(asked({ host: 'Example.org:8420' }), DIRECT)).toBe('http://example.org:8420')
  expect(originOf(asked({ host: '[::1]:80' }), DIRECT)).toBe('http://[::1]')
  const looksLikeOne = ['a:b:c', '[', ':::', 'a:99999', '1.2.3.4.5', 'xn--', ':80']
  for (const host of ['', 'a b', 'x"><script>', 'a/b', 'a'.repeat(256), ...looksLikeOne]) {
    expect(originOf(asked({ host }), DIRECT), host).toBe('http://localhost')
  }
})

test('what proxies say is believed as far as proxies were declared', () => {
  const headers = { host: 'inside:8420', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'twister.example' }
  expect(originOf(asked(headers), DIRECT)).toBe('http://inside:8420')
  expect(originOf(asked(headers), BEHIND_ONE)).toBe('https://twister.example')
  const lying = { ...headers, 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'evil.example, twister.example' }
  expect(originOf(asked(lying), BEHIND_ONE)).toBe('http://twister.example')
  expect(originOf(asked({ ...headers, 'x-forwarded-host': '<b>' }), BEHIND_ONE)).toBe('https://inside:8420')
})

test('with origins of its own this site says one of them, whatever it is called', () => {
  const origins = ['https://windsock.example', 'http://windsock.example:8080', ONION]
  const by = (headers: Record<string, string>, proxyDepth = 0) => originOf(asked(headers), { proxyDepth, origins })
  expect(by({ host: 'windsock.example' })).toBe('https://windsock.example')
  expect(by({ host: 'WINDSOCK.example:8080' })).toBe('http://windsock.example:8080')
  expect(by({ host: ONION.slice('http://'.length) })).toBe(ONION)
  for (const host of ['evil.example', 'windsock.example.evil.example', '127.0.0.1:8420', 'a:b:c', '']) {
    expect(by({ host }), host).toBe('https://windsock.example')
  }
  const lying = { host: 'windsock.example:8080', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
  expect(by(lying)).toBe('http://windsock.example:8080')
  expect(by(lying, 1)).toBe('https://windsock.example')
})

test.each([
  ['https://windsock.example', ['https://windsock.example']],
  [' HTTPS://Windsock.Example:443/ , http://[::1]:8080', ['https://windsock.example', 'http://[::1]:8080']],
  ['windsock.example', undefined],
  ['https://windsock.example/path', undefined],
  ['https://user@windsock.example', undefined],
  ['https://windsock.example,', undefined],
  ['javascript://windsock.example', undefined],
  ['https://windsock.example?x', undefined],
  ['https://a"b.example', undefined],
  ['', undefined],
  [Array.from({ length: 11 }, (_, at) => `https://${at}.example`).join(), undefined],
])('the origins %o are %o', (text, origins) => {
  expect(parseOrigins(text)).toEqual(origins)
})

test('an onion service is named to readers who are not there', () => {
  expect(parseOnion(`${ONION.toUpperCase().replace('HTTP', 'http')}/`)).toBe(ONION)
  for (const text of ['http://short.onion', `${ONION}/path`, 'https://example.org', 'javascript:alert(1)', '']) {
    expect(parseOnion(text), text).toBeUndefined()
  }
  expect(onionLocation(ONION, 'https://example.org', '/@alice?x=1')).toEqual({
    'onion-location': `${ONION}/@alice?x=1`,
  })
  expect(onionLocation(ONION, ONION, '/@alice')).toEqual({})
  expect(onionLocation(undefined, 'https://example.org', '/@alice')).toEqual({})
})
