import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { expect, test } from 'vitest'
import { crc16 } from '../protocol/nonstd-seed.ts'
import { networkParams } from '../protocol/params.ts'
import { dnsSeedPeers, fixedSeedPeers } from './seeds.ts'

const params = networkParams('main', { checkpoints: true })
const log = pino({ level: 'silent' })
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../../test/vectors/chain.json'), 'utf8'))

test('a seed gives its hosts on the default port and those of its companions on theirs', async () => {
  const crc = crc16(Uint8Array.of(8, 8, 4, 4))
  const companion = `${crc >> 8}.${crc & 255}.${12345 >> 8}.${12345 & 255}`
  const records: Record<string, string[]> = {
    'seed.twister.net.co': ['1.2.3.4'],
    'nonstd.seed.twister.net.co': ['8.8.4.4', companion],
  }
  const resolve = async (name: string) => {
    const found = records[name]
    if (found === undefined) throw new Error('ENOTFOUND')
    return found
  }
  const now = 1_000_000_000
  const peers = await dnsSeedPeers(params, resolve, now, log)
  expect(peers.map(({ host, port }) => [host, port])).toEqual([
    ['1.2.3.4', 28_333],
    ['8.8.4.4', 12_345],
  ])
  for (const { lastSeen } of peers)
    expect((now - lastSeen) / 86_400).toSatisfy((days: number) => days >= 3 && days <= 7)
})

test('the fixed seeds are those of the reference', () => {
  expect(fixedSeedPeers(params, 0)).toHaveLength(vectors.fixed_seeds.length ?? 600)
  expect(fixedSeedPeers(networkParams('regtest', { checkpoints: false }), 0)).toEqual([])
})
