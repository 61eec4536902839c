import { createSocket, type Socket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { recordedDatagrams } from '../../test/recorded-wire.ts'
import { bytesToHex, hexToBytes } from '../protocol/bytes.ts'
import { clockFrom } from '../protocol/clock.ts'
import {
  type DhtMessage,
  type DhtQuery,
  type DhtReply,
  encodeDhtQuery,
  encodeDhtReply,
  parseDhtMessage,
} from '../protocol/dht-message.ts'
import { type Resource, targetHash } from '../protocol/dht-target.ts'
import { ZERO_HASH } from '../protocol/hash.ts'
import type { NameRecord, NameView } from '../protocol/name-view.ts'
import { encodePush } from '../protocol/script.ts'
import { openTestStore, silent, until } from '../store/test-authors.ts'
import { type Dht, openDht } from './dht.ts'

const vectors = new URL('../../test/vectors/', import.meta.url)

interface RecordedItem extends Resource {
  values?: { p_bencoded_hex: string }[]
}

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, vectors), 'utf8')) as T
}

function bytesOf(hex: string): Uint8Array {
  const bytes = hexToBytes(hex)
  if (bytes === undefined) throw new Error('not hex')
  return bytes
}

const recorded: DhtMessage[] = (['phase1-dht-2nodes', 'phase2-dht-node3'] as const).flatMap((name) =>
  recordedDatagrams(name).flatMap((datagram) => parseDhtMessage(datagram) ?? []),
)

const recordedNames: NameView = (() => {
  const users = readJson<Record<string, { pubkey?: string; reg?: { height: number } }>>('recordings-users.json')
  const history = (name: string): NameRecord[] => {
    const { pubkey, reg } = users[name] ?? {}
    if (pubkey === undefined || reg === undefined) return []
    return [
      {
        height: reg.height,
        blockHash: ZERO_HASH,
        txid: ZERO_HASH,
        pubKeyScript: encodePush(bytesOf(pubkey)),
        index: 0,
      },
    ]
  }
  return { tipHeight: 49, history }
})()

/** The fullest recorded answer for each resource. */
const recordedReplies: ReadonlyMap<string, DhtReply> = (() => {
  const asked = new Map<string, string>()
  const replies = new Map<string, DhtReply>()
  for (const message of recorded) {
    const tid = bytesToHex(message.transactionId)
    if (message.kind === 'query' && message.call.method === 'getData') asked.set(tid, bytesToHex(message.call.target))
    const target = asked.get(tid)
    if (message.kind !== 'reply' || message.data === undefined || target === undefined) continue
    if (message.data.length >= (replies.get(target)?.data?.length ?? 1)) replies.set(target, message)
  }
  return replies
})()

const closers: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function openNode(host: string): Promise<Dht> {
  const store = await openTestStore()
  const dht = await openDht({
    store,
    nameView: recordedNames,
    clock: clockFrom(1_795_358_900),
    log: silent,
    bind: host,
    port: 0,
    allowAddress: (ip) => ip.startsWith('127.'),
    isDiversityOn: false,
  })
  closers.push(
    () => store.close(),
    () => dht.close(),
  )
  return dht
}

async function openSocket(host: string): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, host, resolve))
  closers.push(() => new Promise<void>((resolve) => socket.close(() => resolve())))
  return socket
}

describe('with the recorded reference', () => {
  it('reads every value that it served', async () => {
    const reference = await openSocket('127.30.0.1')
    reference.on('message', (datagram, from) => {
      const query = parseDhtMessage(datagram)
      if (query?.kind !== 'query') return
      const target = query.call.method === 'getData' ? bytesToHex(query.call.target) : ''
      const { id, ...answer } = recordedReplies.get(target) ?? { id: query.id.map((byte) => ~byte) as DhtQuery['id'] }
      reference.send(
        encodeDhtReply({ ...answer, id, nodes: [], transactionId: query.transactionId }),
        from.port,
        from.address,
      )
    })
    const dht = await openNode('127.30.0.2')
    dht.addContact('127.30.0.1', reference.address().port)
    await until(() => dht.stats().contacts === 1)
    const items = readJson<RecordedItem[]>('recordings-dht.json').filter(
      (item) => recordedReplies.has(bytesToHex(targetHash(item))) && (item.values?.length ?? 0) > 0,
    )
    expect(items.length).toBeGreaterThan(10)
    for (const { n, r, t } of items) {
      const found = await dht.get({ n, r, t })
      const reply = recordedReplies.get(bytesToHex(targetHash({ n, r, t })))
      const expected = (reply?.data ?? []).map((value) => bytesToHex(value.p))
      expect(found.map((item) => bytesToHex(item.p)).sort(), `${n} ${r}`).toEqual(expected.sort())
    }
  })

  it('answers every query that it sent, and keeps every value that it put', async () => {
    const dht = await openNode('127.31.0.1')
    const reference = await openSocket('127.31.0.2')
    const answers = new Map<string, DhtMessage>()
    reference.on('message', (datagram) => {
      const message = parseDhtMessage(datagram)
      if (message !== undefined) answers.set(bytesToHex(message.transactionId), message)
    })
    const ask = async (query: DhtQuery): Promise<DhtMessage | undefined> => {
      const tid = bytesToHex(query.transactionId)
      answers.delete(tid)
      reference.send(encodeDhtQuery(query), dht.port, '127.31.0.1')
      await until(() => answers.has(tid))
      return answers.get(tid)
    }
    const put = new Map<string, number>()
    const queries = recorded.filter((message): message is DhtQuery => message.kind === 'query').slice(0, 150)
    for (const query of queries) {
      const { call } = query
      if (call.method !== 'putData' && call.method !== 'announcePeer') {
        expect((await ask(query))?.kind).toBe('reply')
        continue
      }
      expect(await ask(query)).toMatchObject({ kind: 'error', code: 203, text: 'invalid token' })
      const target = call.method === 'putData' ? call.target : call.infohash
      const resource: Resource = { n: '', r: '', t: 'm' }
      const grant = await ask({
        ...query,
        call: { method: 'getData', target, resource: resourceOf(target) ?? resource },
      })
      const token = grant?.kind === 'reply' ? grant.token : undefined
      if (token === undefined) throw new Error('no token')
      expect((await ask({ ...query, call: { ...call, token } }))?.kind).toBe('reply')
      if (call.method === 'putData') put.set(bytesToHex(target), 1)
    }
    expect(put.size).toBeGreaterThan(10)
    expect(dht.stats().items).toBeGreaterThanOrEqual(put.size)
  })
})

function resourceOf(target: Uint8Array): Resource | undefined {
  for (const message of recorded) {
    if (message.kind !== 'query' || message.call.method !== 'getData') continue
    if (bytesToHex(message.call.target) === bytesToHex(target)) return message.call.resource
  }
  return undefined
}
