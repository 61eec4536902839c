import { describe, expect, it } from 'vitest'
import { sha1 } from '../protocol/hash.ts'
import { compareDistance, type Endpoint, sharedPrefixBits } from './contact.ts'
import { LOOKUP_ALPHA } from './limits.ts'
import { type LookupReply, runLookup } from './lookup.ts'

const target = new Uint8Array(20)

interface SimulatedNode extends Endpoint {
  id: Uint8Array
  knows: SimulatedNode[]
}

/** Every node knows eight others for each number of leading bits they share, and tells the eight nearest to the target. */
function simulate(count: number): SimulatedNode[] {
  const nodes = Array.from({ length: count }, (_, index): SimulatedNode => {
    return {
      id: sha1(Uint8Array.of(index >> 8, index)),
      host: `10.${index >> 8}.${index & 0xff}.1`,
      port: 1,
      knows: [],
    }
  })
  for (const node of nodes) {
    const buckets = new Map<number, SimulatedNode[]>()
    for (const other of nodes) {
      const bits = sharedPrefixBits(node.id, other.id)
      const bucket = buckets.get(bits) ?? []
      if (other !== node && bucket.length < 8) buckets.set(bits, [...bucket, other])
    }
    node.knows = [...buckets.values()]
      .flat()
      .sort((a, b) => compareDistance(target, a.id, b.id))
      .slice(0, 8)
  }
  return nodes
}

function network(nodes: SimulatedNode[], isDead: (node: SimulatedNode) => boolean = () => false) {
  const byHost = new Map(nodes.map((node) => [node.host, node]))
  const seen = { asked: 0, most: 0, now: 0 }
  const ask = async ({ host }: Endpoint, onSlow: () => void): Promise<LookupReply | undefined> => {
    const node = byHost.get(host)
    seen.asked++
    seen.most = Math.max(seen.most, ++seen.now)
    await new Promise((resolve) => setTimeout(resolve, 2))
    if (node === undefined || isDead(node)) {
      onSlow()
      await new Promise((resolve) => setTimeout(resolve, 10))
      seen.now--
      return undefined
    }
    seen.now--
    return { id: node.id, nodes: node.knows, token: Uint8Array.of(1) }
  }
  return { ask, seen }
}

const everywhere = { target, isAllowed: () => true, isDiversityOn: false }

describe('a look-up', () => {
  it('finds the eight nearest, asking few and not too many at once', async () => {
    const nodes = simulate(300)
    const { ask, seen } = network(nodes)
    const found = await runLookup({ ...everywhere, seeds: nodes.slice(0, 1), ask })
    const nearest = [...nodes].sort((a, b) => compareDistance(target, a.id, b.id)).slice(0, 8)
    expect(found.slice(0, 8).map((node) => node.host)).toEqual(nearest.map((node) => node.host))
    // "5 outstanding among the closest" (spec 2.5): those further off may still be under way.
    expect(seen.most).toBeLessThanOrEqual(2 * LOOKUP_ALPHA)
    expect(seen.asked).toBeLessThan(100)
  })

  it('goes on around the dead', async () => {
    const nodes = simulate(60)
    const isDead = (node: SimulatedNode) => nodes.indexOf(node) % 3 === 1
    const { ask } = network(nodes, isDead)
    const found = await runLookup({ ...everywhere, seeds: nodes.slice(0, 3), ask })
    expect(found.length).toBeGreaterThanOrEqual(8)
    expect(found.some((node) => nodes.some((other) => other.host === node.host && isDead(other)))).toBe(false)
  })

  it('asks addresses without an id first, and is done when nobody is there', async () => {
    const nodes = simulate(3)
    const { ask } = network(nodes)
    expect(
      await runLookup({ ...everywhere, seeds: nodes.map(({ host, port }) => ({ host, port })), ask }),
    ).toHaveLength(3)
    expect(await runLookup({ ...everywhere, seeds: [], ask })).toEqual([])
  })

  it('ends when told to', async () => {
    const stop = new AbortController()
    const lookup = runLookup({
      ...everywhere,
      seeds: simulate(1),
      ask: () => new Promise<undefined>(() => {}),
      signal: stop.signal,
    })
    stop.abort()
    expect(await lookup).toEqual([])
  })

  it('leaves out neighbours of one /28 when it is to be diverse, and whom it may not ask', async () => {
    const id = (byte: number) => new Uint8Array(20).fill(byte)
    const seeds = ['198.51.100.1', '198.51.100.2', '198.51.100.200', '203.0.113.1'].map((host, index) => ({
      host,
      port: 1,
      id: id(index + 1),
    }))
    const asked: string[] = []
    await runLookup({
      target,
      seeds,
      isDiversityOn: true,
      isAllowed: ({ host }) => host !== '203.0.113.1',
      ask: async ({ host }) => {
        asked.push(host)
        return undefined
      },
    })
    expect(asked.sort()).toEqual(['198.51.100.1', '198.51.100.200'])
  })
})
