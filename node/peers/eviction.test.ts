import { expect, test } from 'vitest'
import { parseVersion } from '../protocol/messages/version.ts'
import { chooseEviction, type EvictionCandidate } from './eviction.ts'
import { testVersion } from './test-peer.ts'

const version = parseVersion(testVersion(0))

function candidate(id: number, host: string, more: Partial<EvictionCandidate> = {}): EvictionCandidate {
  return {
    id,
    host,
    version,
    lastTransactionAt: 0,
    ping: { bestMs: 100 },
    sync: { lastDeliveryAt: 0 },
    connection: { openedAt: id },
    ...more,
  }
}

test('whoever has not said who it is goes first, the youngest of them', () => {
  const peers = [candidate(1, '1.1.1.1'), candidate(2, '2.2.2.2', { version: undefined }), candidate(3, '3.3.3.3')]
  expect(chooseEviction([...peers, candidate(4, '4.4.4.4', { version: undefined })])?.id).toBe(4)
})

test('a crowd of one neighbourhood evicts itself: the fast, the useful and the old stay', () => {
  const fast = Array.from({ length: 8 }, (_, i) => candidate(200 + i, `1.${i}.1.1`, { ping: { bestMs: 1 } }))
  const useful = Array.from({ length: 8 }, (_, i) => candidate(300 + i, `2.${i}.1.1`, { lastTransactionAt: 9 }))
  const old = Array.from({ length: 20 }, (_, i) => candidate(i, `3.${i}.1.1`))
  const alone = candidate(999, '9.9.9.9')
  let peers = [...fast, ...useful, ...old, alone]
  for (let id = 400; id < 460; id++) peers.push(candidate(id, `8.8.8.${id - 400}`))
  for (let round = 0; round < 50; round++) {
    const evicted = chooseEviction(peers)
    expect(evicted?.host).toMatch(/^8\.8\./)
    peers = [...peers.filter((peer) => peer !== evicted), candidate(1000 + round, `8.8.9.${round}`)]
  }
  for (const kept of [...fast, ...useful, ...old, alone]) expect(peers).toContain(kept)
})

test('a few that are all worth keeping are kept', () => {
  expect(chooseEviction(Array.from({ length: 16 }, (_, id) => candidate(id, `1.${id}.1.1`)))).toBeUndefined()
})
