import { describe, expect, it } from 'vitest'
import { sha1 } from '../protocol/hash.ts'
import { compareDistance, type Endpoint, sharedPrefixBits } from './contact.ts'
import { runDisjointLookups } from './disjoint-lookup.ts'
import { BUCKET_SIZE, LOOKUP_ALPHA, LOOKUP_MAX_PER_16 } from './limits.ts'
import { type LookupReply, runLookup } from './lookup.ts'

const target = new Uint8Array(20)

function id(byte: number): Uint8Array {
  return new Uint8Array(20).fill(byte)
}

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

  it('does not wait for the dead when it asks for what nobody has', async () => {
    const [living, ...dead] = simulate(9)
    if (living === undefined) throw new Error('nobody')
    const hang: (() => void)[] = []
    const ask = ({ host }: Endpoint, onSlow: () => void) => {
      if (host === living.host) return Promise.resolve({ id: living.id, nodes: [] })
      setTimeout(onSlow, 5)
      return new Promise<undefined>((resolve) => hang.push(() => resolve(undefined)))
    }
    const found = await runLookup({ ...everywhere, seeds: [living, ...dead], ask })
    expect(found.map((node) => node.host)).toEqual([living.host])
    expect(hang).toHaveLength(dead.length)
    for (const end of hang) end()
  })

  it('uses the late answer of a slow node, while others are still asked', async () => {
    const [slow, quick, next] = simulate(3)
    if (slow === undefined || quick === undefined || next === undefined) throw new Error('nobody')
    const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
    const ask = async ({ host }: Endpoint, onSlow: () => void) => {
      if (host === slow.host) setTimeout(onSlow, 1)
      await later(host === slow.host ? 15 : host === next.host ? 30 : 5)
      const node = [slow, quick, next].find((other) => other.host === host)
      return node && { id: node.id, nodes: node === quick ? [next] : [] }
    }
    const found = await runLookup({ ...everywhere, seeds: [slow, quick], ask })
    expect(found.map((node) => node.host).sort()).toEqual([slow.host, quick.host, next.host].sort())
  })

  it('gives a node no better place for an id that it was not known by', async () => {
    const [honest, liar] = [0x10, 0x80].map((byte) => ({ host: `10.0.${byte}.1`, port: 1, id: id(byte) }))
    if (honest === undefined || liar === undefined) throw new Error('nobody')
    const ask = async ({ host }: Endpoint) => ({ id: host === liar.host ? target : honest.id, nodes: [] })
    const found = await runLookup({ ...everywhere, seeds: [honest, liar], ask })
    expect(found.map((node) => node.host)).toEqual([honest.host, liar.host])
    expect(found[1]?.id).toEqual(liar.id)
  })
})

describe('a diverse look-up', () => {
  const diverse = { target, isDiversityOn: true, isAllowed: () => true }

  async function askedOf(hosts: string[], isAnswering: (host: string) => boolean, more = {}): Promise<string[]> {
    const asked: string[] = []
    await runLookup({
      ...diverse,
      seeds: hosts.map((host, index) => ({ host, port: 1, id: id(index + 1) })),
      ask: async ({ host }) => {
        asked.push(host)
        return isAnswering(host) ? { id: id(hosts.indexOf(host) + 1), nodes: [] } : undefined
      },
      ...more,
    })
    return asked.sort()
  }

  it('asks one node of a /28, another only if that one does not answer, and nobody whom it may not ask', async () => {
    const hosts = ['198.51.100.1', '198.51.100.2', '198.51.100.200', '203.0.113.1']
    const isAllowed = ({ host }: Endpoint) => host !== '203.0.113.1'
    expect(await askedOf(hosts, () => true, { isAllowed })).toEqual(['198.51.100.1', '198.51.100.200'])
    expect(await askedOf(hosts, (host) => host !== hosts[0], { isAllowed })).toEqual(hosts.slice(0, 3))
  })

  it('asks few of one /16, however near they are', async () => {
    const near = Array.from({ length: 3 * LOOKUP_MAX_PER_16 }, (_, index) => `198.51.${index}.1`)
    const asked = await askedOf([...near, '203.0.113.1', '192.0.2.1'], () => true)
    expect(asked).toHaveLength(LOOKUP_MAX_PER_16 + 2)
    expect(asked).toContain('192.0.2.1')
  })

  it('asks nobody on two of its paths', async () => {
    const nodes = simulate(60)
    const { ask, seen } = network(nodes)
    const asked: string[] = []
    const options = { ...diverse, isDiversityOn: false, seeds: nodes.slice(0, 6) }
    const found = await runDisjointLookups(
      {
        ...options,
        ask: (endpoint, onSlow) => {
          asked.push(endpoint.host)
          return ask(endpoint, onSlow)
        },
      },
      3,
    )
    expect(new Set(asked).size).toBe(asked.length)
    expect(seen.asked).toBe(asked.length)
    expect(asked.length).toBeGreaterThanOrEqual(2 * BUCKET_SIZE)
    const nearest = [...nodes].sort((a, b) => compareDistance(target, a.id, b.id)).slice(0, 8)
    expect(found.slice(0, 8).map((node) => node.host)).toEqual(nearest.map((node) => node.host))
  })

  it('is led astray on one of its paths only', async () => {
    const holder = { host: '198.51.100.1', port: 1, id: id(0x40) }
    const sybils = Array.from({ length: 20 }, (_, index) => ({ host: `10.${index}.0.1`, port: 1, id: id(index) }))
    const liar = { host: '203.0.113.1', port: 1, id: id(0x20) }
    const honest = [0x50, 0x60].map((byte) => ({ host: `192.0.${byte}.1`, port: 1, id: id(byte) }))
    const asked = new Set<string>()
    const ask = async ({ host }: Endpoint) => {
      asked.add(host)
      const node = [holder, liar, ...honest, ...sybils].find((other) => other.host === host)
      const isEvil = node === liar || sybils.some((sybil) => sybil.host === host)
      return node && { id: node.id, nodes: isEvil ? sybils : [holder] }
    }
    const options = { ...diverse, seeds: [liar, ...honest], ask }
    await runLookup(options)
    expect(asked).not.toContain(holder.host)
    const found = await runDisjointLookups(options, 3)
    expect(found.map((node) => node.host)).toContain(holder.host)
  })
})
