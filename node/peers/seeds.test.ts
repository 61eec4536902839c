import pino from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import vectors from '../../test/vectors/chain.json' with { type: 'json' }
import { crc16 } from '../protocol/nonstd-seed.ts'
import { networkParams } from '../protocol/params.ts'
import { dnsSeedPeers, fixedSeedPeers, openResolver } from './seeds.ts'
import { openTestDns } from './test-dns.ts'

const params = networkParams('main', { checkpoints: true })
const log = pino({ level: 'silent' })

function companionOf(host: string, port: number): string {
  const crc = crc16(Uint8Array.from(host.split('.').map(Number)))
  return `${crc >> 8}.${crc & 255}.${port >> 8}.${port & 255}`
}

test('a seed gives its hosts on the default port and those of its companions on theirs', async () => {
  const dns = await openTestDns({
    'seed.twister.net.co': ['1.2.3.4'],
    'nonstd.seed.twister.net.co': ['8.8.4.4', companionOf('8.8.4.4', 12_345)],
    'nonstd.seed3.twister.net.co': [companionOf('9.9.9.9', 54_321), '9.9.9.9', '7.7.7.7'],
  })
  onTestFinished(dns.close)
  const now = 1_000_000_000
  const peers = await dnsSeedPeers(params, openResolver([dns.server]), now, log)
  expect(peers.map(({ host, port, seed }) => [host, port, seed])).toEqual([
    ['1.2.3.4', 28_333, 'seed.twister.net.co'],
    ['8.8.4.4', 12_345, 'seed.twister.net.co'],
    ['9.9.9.9', 54_321, 'seed3.twister.net.co'],
  ])
  for (const { lastSeen } of peers)
    expect((now - lastSeen) / 86_400).toSatisfy((days: number) => days >= 3 && days <= 7)
  const names = params.dnsSeeds.flatMap((seed) => [seed, `nonstd.${seed}`])
  expect([...new Set(dns.asked)].sort()).toEqual(names.sort())
})

test('a seed that tells of thousands is not believed them all', async () => {
  const resolve = async (name: string) =>
    name === 'seed.twister.net.co' ? Array.from({ length: 5000 }, (_, i) => `20.${i >> 8}.${i & 255}.1`) : []
  expect(await dnsSeedPeers(params, resolve, 1_000_000_000, log)).toHaveLength(512)
})

test('a name without addresses is an error', async () => {
  const dns = await openTestDns({ 'empty.example': [] })
  onTestFinished(dns.close)
  await expect(openResolver([dns.server])('empty.example')).rejects.toThrow('ENODATA')
  await expect(openResolver([dns.server])('none.example')).rejects.toThrow('ENOTFOUND')
})

test('the fixed seeds are those of the reference', () => {
  expect(fixedSeedPeers(params, 0)).toHaveLength(vectors.fixed_seeds.length ?? 600)
  expect(fixedSeedPeers(networkParams('regtest', { checkpoints: false }), 0)).toEqual([])
})
