import { afterEach, expect, it } from 'vitest'
import { SELF_LOOKUP_LOOPBACK_MS } from './limits.ts'
import { TestNetwork, untilContacts } from './test-network.ts'

const network = new TestNetwork()

afterEach(() => network.close())

it('finds contacts again among the chain’s peers when there are too few', async () => {
  const other = await network.openNode('127.79.0.1')
  let isAnybodyThere = false
  const candidates = () => (isAnybodyThere ? [{ host: '127.79.0.1', port: other.dht.port }] : [])
  const node = await network.openNode('127.79.0.2', { candidates })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(node.dht.stats().contacts).toBe(0)
  isAnybodyThere = true
  await untilContacts([node, other], 1)
})

it('looks for itself among its contacts’ contacts, and knows them after a restart', async () => {
  const nodes = [await network.openNode('127.80.0.1')]
  for (let index = 2; index <= 6; index++) {
    const node = await network.openNode(`127.80.0.${index}`)
    node.dht.addContact('127.80.0.1', nodes[0]?.dht.port ?? 0)
    nodes.push(node)
    await untilContacts([node], 1)
  }
  // They hear of each other only through the first one, long before anybody looks for itself again.
  expect(SELF_LOOKUP_LOOPBACK_MS).toBeGreaterThan(20_000)
  await untilContacts(nodes, 5)
  const last = nodes.at(-1)
  if (last === undefined) throw new Error('no nodes')
  await last.dht.close()
  const saved = last.store.contacts.contacts()
  expect(saved.map(({ host }) => host).sort()).toEqual(nodes.slice(0, -1).map(({ host }) => host))
  const again = await network.openNode('127.80.0.9', { store: last.store })
  await untilContacts([again], 5)
})
