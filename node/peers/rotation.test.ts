import { expect, test } from 'vitest'
import { parseVersion } from '../protocol/messages/version.ts'
import { MIN_ROTATION_AGE_MS, ROTATION_INTERVAL_MS, STALE_TIP_MS } from './limits.ts'
import { Rotation } from './rotation.ts'
import { testVersion } from './test-peer.ts'

const version = parseVersion(testVersion(0))

function candidate(lastDeliveryAt: number, isOutbound = true, openedAt = 0) {
  return { isOutbound, version, sync: { lastDeliveryAt }, connection: { openedAt } }
}

test('when no block comes for long, the idlest of those that we dialled gives its place to another, now and then', () => {
  const rotation = new Rotation(0)
  const peers = [candidate(500), candidate(100), candidate(0, false), candidate(0, true, STALE_TIP_MS)]
  expect(rotation.due(peers, STALE_TIP_MS - 1)).toBeUndefined()
  expect(rotation.due(peers, STALE_TIP_MS)).toBe(peers[1])
  expect(rotation.due(peers, STALE_TIP_MS + ROTATION_INTERVAL_MS - 1)).toBeUndefined()
  expect(rotation.due(peers, STALE_TIP_MS + Math.max(ROTATION_INTERVAL_MS, MIN_ROTATION_AGE_MS))).toBe(peers[3])
})

test('while blocks come everybody stays', () => {
  const rotation = new Rotation(0)
  for (let now = 0; now < 10 * STALE_TIP_MS; now += STALE_TIP_MS / 2) {
    rotation.tipMoved(now)
    expect(rotation.due([candidate(0)], now)).toBeUndefined()
  }
})
