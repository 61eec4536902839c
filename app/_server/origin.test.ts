import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { onionLocation, originOf, parseOnion } from './origin.ts'

const ONION = `http://${'a2'.repeat(28)}.onion`

function asked(headers: Record<string, string>): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { headers })
}

test('absolute addresses follow the host that was used', () => {
  expect(originOf(asked({ host: 'Example.org:8420' }), 0)).toBe('http://example.org:8420')
  expect(originOf(asked({ host: '[::1]:80' }), 0)).toBe('http://[::1]')
  const looksLikeOne = ['a:b:c', '[', ':::', 'a:99999', '1.2.3.4.5', 'xn--', ':80']
  for (const host of ['', 'a b', 'x"><script>', 'a/b', 'a'.repeat(256), ...looksLikeOne]) {
    expect(originOf(asked({ host }), 0), host).toBe('http://localhost')
  }
})

test('what proxies say is believed as far as proxies were declared', () => {
  const headers = { host: 'inside:8420', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'twister.example' }
  expect(originOf(asked(headers), 0)).toBe('http://inside:8420')
  expect(originOf(asked(headers), 1)).toBe('https://twister.example')
  const lying = { ...headers, 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'evil.example, twister.example' }
  expect(originOf(asked(lying), 1)).toBe('http://twister.example')
  expect(originOf(asked({ ...headers, 'x-forwarded-host': '<b>' }), 1)).toBe('https://inside:8420')
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
