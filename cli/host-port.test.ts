import { expect, test } from 'vitest'
import { formatHostPort, isLoopback, parseHostPort, parsePort, reachableHost } from './host-port.ts'

test('addresses of both families are read, and written back', () => {
  for (const text of ['1.2.3.4:5', '[::1]:28333', '127.1.0.1:65535']) {
    const parsed = parseHostPort(text)
    expect(parsed && formatHostPort(parsed)).toBe(text)
  }
  expect(parseHostPort('localhost:80')).toEqual({ host: '127.0.0.1', port: 80 })
})

test.each([
  '',
  ':1',
  '1.2.3.4',
  '1.2.3.4:',
  '1.2.3.4:0',
  '1.2.3.4:65536',
  '1.2.3.4:+1',
  '1.2.3.4:1x',
  'example.org:1',
  '::1:80',
  '[1.2.3.4]:80',
  '1.2.3.4:80:90',
])('"%s" is no address', (text) => {
  expect(parseHostPort(text)).toBeUndefined()
})

test('ports are 1 to 65535, in decimal', () => {
  expect(['1', '65535', '0', '65536', '-1', '1e3', '0x10', ' 1', ''].map(parsePort)).toEqual([
    1,
    65_535,
    ...Array.from({ length: 7 }, () => undefined),
  ])
})

test('the whole of 127.0.0.0/8 is loopback, and nothing that only begins so', () => {
  expect(['127.0.0.1', '127.9.8.7', '::1'].every(isLoopback)).toBe(true)
  expect(['127.0.0.1.example.org', '128.0.0.1', '::2', '0.0.0.0', 'localhost'].some(isLoopback)).toBe(false)
})

test('a server on all addresses is reached on loopback', () => {
  expect(['0.0.0.0', '::', '10.0.0.1'].map(reachableHost)).toEqual(['127.0.0.1', '::1', '10.0.0.1'])
})
