import { expect, test } from 'vitest'
import { parsePing } from '../protocol/messages/ping.ts'
import { parseVersion } from '../protocol/messages/version.ts'
import {
  HANDSHAKE_TIMEOUT_MS,
  INBOUND_HANDSHAKE_TIMEOUT_MS,
  OLD_SILENCE_TIMEOUT_MS,
  PING_INTERVAL_MS,
  SILENCE_TIMEOUT_MS,
} from './limits.ts'
import { pingIfDue, takePong, whyGone } from './liveness.ts'
import { testVersion } from './test-peer.ts'

const version = parseVersion(testVersion(0))

function living(lastReceivedAt = 0, stuck?: string) {
  return { version, isOutbound: false, connection: { openedAt: 0, lastReceivedAt, stuckFor: () => stuck } }
}

test('whoever does not say who it is goes, however much it says', () => {
  for (const [isOutbound, timeoutMs] of [
    [false, INBOUND_HANDSHAKE_TIMEOUT_MS],
    [true, HANDSHAKE_TIMEOUT_MS],
  ] as const) {
    const dripping = { ...living(timeoutMs), version: undefined, isOutbound }
    expect(whyGone(dripping, timeoutMs)).toBeUndefined()
    expect(whyGone(dripping, timeoutMs + 1)).toBe('no version')
  }
})

test('whoever is silent goes, later if it cannot answer a ping', () => {
  expect(whyGone(living(5), SILENCE_TIMEOUT_MS + 5)).toBeUndefined()
  expect(whyGone(living(5), SILENCE_TIMEOUT_MS + 6)).toBe('silent')
  if (version === undefined) throw new Error('no version')
  const old = { ...living(5), version: { ...version, version: 60_000 } }
  expect(whyGone(old, OLD_SILENCE_TIMEOUT_MS + 5)).toBeUndefined()
  expect(whyGone(old, OLD_SILENCE_TIMEOUT_MS + 6)).toBe('silent')
})

test('whoever is stuck goes', () => {
  expect(whyGone(living(0, 'drips'), 1)).toBe('drips')
})

function pinged(of: number) {
  const sent: (readonly [string, Uint8Array | undefined])[] = []
  const ping = { nextAt: 100, sentAt: 0, nonce: undefined, bestMs: Number.POSITIVE_INFINITY }
  const connection = { send: (command: string, payload?: Uint8Array) => void sent.push([command, payload]) }
  const peer = { version: version && { ...version, version: of }, ping, connection }
  return { sent, peer }
}

test('a peer is pinged in its time, and how fast it answers is remembered', () => {
  const { sent, peer } = pinged(70_003)
  pingIfDue(peer, 99)
  expect(sent).toEqual([])
  pingIfDue(peer, 100)
  pingIfDue(peer, 99 + PING_INTERVAL_MS)
  expect(sent.map(([command]) => command)).toEqual(['ping'])
  const nonce = parsePing(sent[0]?.[1] ?? new Uint8Array(0)) ?? 0n
  takePong(peer, nonce + 1n, 110)
  expect(peer.ping.bestMs).toBe(Number.POSITIVE_INFINITY)
  takePong(peer, nonce, 140)
  takePong(peer, nonce, 100)
  expect(peer.ping.bestMs).toBe(40)
})

test('a peer too old for it gets a ping without a nonce', () => {
  const { sent, peer } = pinged(60_000)
  pingIfDue(peer, 100)
  expect(sent).toEqual([['ping', undefined]])
})
