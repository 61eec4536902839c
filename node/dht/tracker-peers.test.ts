import { expect, it } from 'vitest'
import { TRACKER_MAX_PEERS_PER_IP, TRACKER_MAX_TARGETS, TRACKER_REPLY_PEERS } from './limits.ts'
import { TrackerPeers } from './tracker-peers.ts'

const infohash = (number: number) => Uint8Array.from({ length: 20 }, (_, index) => (number >> (index * 8)) & 0xff)

it('gives at most a hundred peers, a few of one address, and forgets them after 45 minutes', () => {
  let now = 1_000
  const trackers = new TrackerPeers(
    () => infohash(0),
    () => now,
  )
  for (let host = 0; host < 150; host++) trackers.announce(infohash(1), { host: `10.0.${host}.1`, port: 1 }, undefined)
  for (let port = 1; port < 20; port++) trackers.announce(infohash(1), { host: '10.1.1.1', port }, 'alice')
  const found = trackers.find(infohash(1))
  expect(found?.peers).toHaveLength(TRACKER_REPLY_PEERS)
  expect(found?.known).toBe(150 + TRACKER_MAX_PEERS_PER_IP)
  expect(found?.name).toBe('alice')
  expect(trackers.find(infohash(2))).toBeUndefined()
  now += 2_000_000
  trackers.announce(infohash(1), { host: '10.0.7.1', port: 1 }, undefined)
  now += 1_000_000
  trackers.expire()
  expect(trackers.find(infohash(1))?.peers).toEqual([{ host: '10.0.7.1', port: 1 }])
})

it('evicts the smallest target when there are too many', () => {
  const trackers = new TrackerPeers(
    () => infohash(0),
    () => 1,
  )
  for (let number = 0; number < TRACKER_MAX_TARGETS + 5; number++) {
    trackers.announce(infohash(number), { host: `10.${number >> 8}.${number & 0xff}.1`, port: 1 }, undefined)
    trackers.announce(infohash(0), { host: '10.9.9.9', port: 1 }, undefined)
  }
  expect(trackers.targetCount).toBe(TRACKER_MAX_TARGETS)
  expect(trackers.find(infohash(0))?.known).toBe(2)
})
