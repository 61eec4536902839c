import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { clientOf } from './client-address.ts'

function request(remoteAddress: string, forwarded?: string): IncomingMessage {
  const made = new IncomingMessage(new Socket())
  Object.defineProperty(made.socket, 'remoteAddress', { value: remoteAddress })
  if (forwarded !== undefined) made.headers['x-forwarded-for'] = forwarded
  return made
}

function keyOf(remoteAddress: string, depth = 0, forwarded?: string): string {
  return clientOf(request(remoteAddress, forwarded), depth).key
}

test('without a declared proxy the reader is who is connected, whatever he writes into the header', () => {
  expect(keyOf('203.0.113.7', 0, '198.51.100.1')).toBe('203.0.113.7')
  expect(keyOf('::ffff:203.0.113.7')).toBe('203.0.113.7')
})

test('addresses of one /64 are one reader, those of the next are another one', () => {
  expect(keyOf('2001:db8:1:2::1')).toBe(keyOf('2001:db8:1:2:ffff::9'))
  expect(keyOf('2001:db8:1:2::1')).not.toBe(keyOf('2001:db8:1:3::1'))
  expect(keyOf('fe80::1%eth0')).toBe(keyOf('fe80::2'))
})

test('behind proxies the reader is so many entries from the right, never what he wrote himself', () => {
  expect(keyOf('127.0.0.1', 1, '198.51.100.1, 203.0.113.7')).toBe('203.0.113.7')
  expect(keyOf('127.0.0.1', 2, '198.51.100.1, 203.0.113.7, 10.0.0.1')).toBe('203.0.113.7')
  expect(keyOf('127.0.0.1', 1, '203.0.113.7:4711')).toBe('203.0.113.7')
  expect(keyOf('127.0.0.1', 1, '[2001:db8:1:2::1]:4711')).toBe(keyOf('2001:db8:1:2::1'))
})

test('a header that is short, absent or nonsense is no way around a limit', () => {
  expect(keyOf('203.0.113.9', 3, '203.0.113.7')).toBe('203.0.113.7')
  expect(keyOf('203.0.113.9', 1)).toBe('203.0.113.9')
  for (const nonsense of ['unknown', '_hidden', '', ',', '1.2.3', '999.1.1.1', '[::1', 'x'.repeat(9999)]) {
    expect(keyOf('203.0.113.9', 1, nonsense), nonsense).toBe('203.0.113.9')
  }
  expect(keyOf('')).toBe('unknown')
})

test('this machine and private networks are local, the world is not', () => {
  for (const address of ['127.0.0.1', '::1', '10.1.2.3', '172.18.0.1', '192.168.1.4', 'fd00::1', '::ffff:127.0.0.1']) {
    expect(clientOf(request(address), 0).isLocal, address).toBe(true)
  }
  for (const address of ['203.0.113.7', '8.8.8.8', '2001:db8::1', '2a00::1']) {
    expect(clientOf(request(address), 0).isLocal, address).toBe(false)
  }
})
