import type { Socket } from 'node:dgram'
import { EventEmitter } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { type DhtQuery, type DhtReply, encodeDhtReply, parseDhtMessage } from '../protocol/dht-message.ts'
import { swarmInfohash } from '../protocol/dht-target.ts'
import { nodeIdForIp } from '../protocol/node-id.ts'
import { openTestStore, username } from '../store/test-authors.ts'
import { Identity } from './identity.ts'
import { Network } from './network.ts'
import { randomId } from './test-network.ts'

const target = swarmInfohash(username('alice'))
const closers: (() => Promise<unknown>)[] = []

type Answer = (query: DhtQuery) => Omit<DhtReply, 'kind' | 'transactionId'>

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A socket on a wire where everybody has the address that the test gives them: nodes of a public network. */
class Wire extends EventEmitter {
  readonly asked: string[] = []
  readonly #answers: Record<string, Answer>

  constructor(answers: Record<string, Answer>) {
    super()
    this.#answers = answers
  }

  address(): { address: string; port: number } {
    return { address: '192.0.2.1', port: 29_333 }
  }

  send(datagram: Uint8Array, port: number, host: string): void {
    const query = parseDhtMessage(datagram)
    const answer = this.#answers[host]
    if (query?.kind !== 'query') return
    this.asked.push(host)
    if (answer === undefined) return
    const reply = Buffer.from(encodeDhtReply({ ...answer(query), transactionId: query.transactionId }))
    setImmediate(() => this.emit('message', reply, { address: host, port }))
  }
}

async function openNetwork(answers: Record<string, Answer>): Promise<{ network: Network; wire: Wire }> {
  const store = await openTestStore()
  const wire = new Wire(answers)
  const network = new Network({
    socket: wire as unknown as Socket,
    identity: new Identity(store.meta, '192.0.2.1'),
    allowAddress: () => true,
    isDiversityOn: true,
    onQuery: () => {},
    onFilled: () => {},
  })
  closers.push(
    () => store.close(),
    async () => network.close(),
  )
  return { network, wire }
}

function fitting(host: string) {
  return nodeIdForIp(host, new Uint8Array(16).fill(host.length))
}

describe('on a public network', () => {
  it('no reply is believed whose id does not fit its address', async () => {
    const honest = fitting('203.0.113.7')
    const { network } = await openNetwork({
      '203.0.113.7': () => ({ id: honest }),
      '198.51.100.9': () => ({ id: target as unknown as DhtReply['id'] }),
    })
    expect(await network.ping({ host: '203.0.113.7', port: 1 })).toEqual(honest)
    expect(await network.ping({ host: '198.51.100.9', port: 1 })).toBeUndefined()
    expect(network.table.size).toBe(1)
    expect(network.rpc.traffic.counts.unmatched).toBe(1)
  })

  it('no node is asked that is named with an id which does not fit its address', async () => {
    const named = { id: fitting('198.51.100.9'), ip: '198.51.100.9', port: 1 }
    const beside = { id: target as unknown as DhtReply['id'], ip: '198.18.0.1', port: 1 }
    const { network, wire } = await openNetwork({
      '203.0.113.7': () => ({ id: fitting('203.0.113.7'), nodes: [beside, named] }),
      '198.51.100.9': () => ({ id: fitting('198.51.100.9') }),
    })
    await network.ping({ host: '203.0.113.7', port: 1 })
    const found = await network.findNode(target)
    expect(found.map(({ host }) => host).sort()).toEqual(['198.51.100.9', '203.0.113.7'])
    expect(wire.asked).not.toContain('198.18.0.1')
  })

  it('a contact that changes its id again and again is no contact for long', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => nodeIdForIp('203.0.113.7', new Uint8Array(16).fill(index)))
    let round = 0
    const { network } = await openNetwork({
      '203.0.113.7': () => ({ id: ids[round++ % ids.length] ?? randomId() }),
      '198.51.100.9': () => ({ id: fitting('198.51.100.9') }),
    })
    await network.ping({ host: '203.0.113.7', port: 1 })
    await network.ping({ host: '198.51.100.9', port: 1 })
    expect(network.table.size).toBe(2)
    for (let ping = 0; ping < ids.length; ping++) await network.ping({ host: '203.0.113.7', port: 1 })
    expect(network.table.all().map(({ host }) => host)).toEqual(['198.51.100.9'])
    expect(network.trust.distrusted()).toEqual(['203.0.113.7'])
    expect(round).toBeLessThan(ids.length)
  })
})
