import { expect, test } from 'vitest'
import { parseVersion } from '../protocol/messages/version.ts'
import {
  HANDSHAKE_TIMEOUT_MS,
  INBOUND_HANDSHAKE_TIMEOUT_MS,
  OLD_SILENCE_TIMEOUT_MS,
  SILENCE_TIMEOUT_MS,
} from './limits.ts'
import { whyGone } from './liveness.ts'
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
