import { afterEach, expect, it } from 'vitest'
import { encodeBencode, rawBencode } from '../protocol/bencode.ts'
import { bytesEqual, utf8Encode } from '../protocol/bytes.ts'
import { encodeDhtQuery } from '../protocol/dht-message.ts'
import { targetHash } from '../protocol/dht-target.ts'
import { isNodeIdOfIp } from '../protocol/node-id.ts'
import { itemOf, until, username } from '../store/test-authors.ts'
import { DISTRUST_SCORE, MAX_FOUND_PEERS } from './limits.ts'
import { randomId, TestNetwork, untilContacts } from './test-network.ts'
import { LIE_SCORES, Trust } from './trust.ts'

const profile = { n: 'alice', r: 'profile', t: 's' } as const
const network = new TestNetwork()

afterEach(() => network.close())

it('who answers with values of another target, or of another owner, is soon left alone', async () => {
  const node = await network.openNode('127.74.0.1')
  const mine = itemOf('bob', profile, { fullname: 'mine' })
  const data = [{ p: mine.p, sigP: mine.sigP, sigUser: utf8Encode('bob') }]
  const liar = await network.openScripted('127.74.0.2', ({ call }) => (call.method === 'getData' ? { data } : {}))
  const other = await network.openScripted('127.74.0.3', () => ({}))
  node.dht.addContact('127.74.0.2', liar.port)
  node.dht.addContact('127.74.0.3', other.port)
  await untilContacts([node], 2)
  const lies = DISTRUST_SCORE / LIE_SCORES['only-owner']
  for (let round = 0; round < lies; round++) expect(await node.dht.get(profile)).toEqual([])
  expect(node.dht.stats()).toMatchObject({ contacts: 1, distrusted: [`127.74.0.2:${liar.port}`] })
  expect(node.dht.stats().refused.get('only-owner')).toBe(lies)
  const asked = liar.queries.length
  expect(await node.dht.get(profile)).toEqual([])
  node.dht.addContact('127.74.0.2', liar.port)
  liar.socket.send(
    encodeDhtQuery({ transactionId: Uint8Array.of(1, 2), id: randomId(), call: { method: 'ping' } }),
    node.dht.port,
    '127.74.0.1',
  )
  await until(() => node.dht.stats().counts['distrusted'] === 1)
  expect(liar.queries).toHaveLength(asked)
})

it('a liar who is the only node there is goes on being asked, until there is another', async () => {
  const node = await network.openNode('127.74.1.1')
  const avatar = { n: 'alice', r: 'avatar', t: 's' } as const
  const good = itemOf('alice', avatar, 'data:image/png;base64,AAAA')
  const forged = itemOf('bob', profile, { fullname: 'mine' })
  const liar = await network.openScripted('127.74.1.2', ({ call }) => {
    if (call.method !== 'getData') return {}
    const isAvatar = bytesEqual(call.target, targetHash(avatar))
    const [{ p, sigP }, sigUser] = isAvatar ? [good, 'alice'] : [forged, 'bob']
    return { data: [{ p, sigP, sigUser: utf8Encode(sigUser) }] }
  })
  node.dht.addContact('127.74.1.2', liar.port)
  await untilContacts([node], 1)
  const lies = DISTRUST_SCORE / LIE_SCORES['only-owner']
  for (let round = 0; round < lies; round++) expect(await node.dht.get(profile)).toEqual([])
  expect(node.dht.stats()).toMatchObject({ contacts: 1, distrusted: [`127.74.1.2:${liar.port}`] })
  expect((await node.dht.get(avatar)).map(({ sigP }) => sigP)).toEqual([good.sigP])
  const other = await network.openScripted('127.74.1.3', () => ({}))
  node.dht.addContact('127.74.1.3', other.port)
  await until(() => other.queries.length > 0 && node.dht.stats().contacts === 1)
  const askedForData = () => liar.queries.filter(({ call }) => call.method === 'getData').length
  expect(askedForData()).toBeGreaterThan(0)
  // Until the other one has answered, and in a look-up that was under way, he may still be asked.
  let isAsked = true
  for (let round = 0; isAsked && round < 10; round++) {
    const before = askedForData()
    await node.dht.get(avatar)
    isAsked = askedForData() > before
  }
  expect(isAsked).toBe(false)
  expect(await node.dht.get(avatar)).toEqual([])
})

it('lies that an honest node may be brought to tell weigh little, and are forgotten with the address', () => {
  const trust = new Trust(true)
  const endpoint = { host: '203.0.113.7', port: 1 }
  for (let round = 1; round < DISTRUST_SCORE / LIE_SCORES['invalid-signature']; round++) {
    expect(trust.lied(endpoint, 'invalid-signature')).toBe(false)
  }
  expect(trust.isTrusted(endpoint)).toBe(true)
  expect(trust.lied({ ...endpoint, port: 2 }, 'invalid-signature')).toBe(true)
  expect(trust.isTrusted(endpoint)).toBe(false)
  expect(trust.isTrusted({ host: '203.0.113.8', port: 1 })).toBe(true)
  expect(trust.distrusted()).toEqual(['203.0.113.7'])
})

it('a tracker that names thousands of peers, itself and nobody fills nothing', async () => {
  const node = await network.openNode('127.75.0.1')
  const values = Array.from({ length: 256 }, (_, index) => ({ ip: `127.99.${index}.1`, port: 1 + index }))
  const strange = [
    { ip: '0.0.0.0', port: 4_000 },
    { ip: '224.0.0.1', port: 1 },
    { ip: '203.0.113.7', port: 1 },
  ]
  const trackers = await Promise.all(
    Array.from({ length: 12 }, (_, number) =>
      network.openScripted(`127.75.1.${number + 1}`, () => ({
        values: [...strange, ...values.map(({ ip, port }) => ({ ip, port: port + number }))],
        followers: 1_000_000,
      })),
    ),
  )
  for (const [number, { port }] of trackers.entries()) node.dht.addContact(`127.75.1.${number + 1}`, port)
  await untilContacts([node], 8)
  const found = await node.dht.peersOf(username('alice'))
  expect(found.length).toBeLessThanOrEqual(MAX_FOUND_PEERS)
  expect(found.length).toBeGreaterThan(100)
  expect(found.filter(({ host }) => !host.startsWith('127.'))).toEqual([])
  expect(found.some(({ host, port }) => host.startsWith('127.75.1.') && port === 4_000)).toBe(true)
})

it('our id follows our address, and the question that brought it to light is put again', async () => {
  const node = await network.openNode('127.76.0.1')
  const item = itemOf('alice', profile, { fullname: 'Alice' })
  const data = [{ p: item.p, sigP: item.sigP, sigUser: utf8Encode('alice') }]
  const other = await network.openScripted('127.76.0.2', ({ id, call }) => {
    if (call.method === 'ping') return {}
    return isNodeIdOfIp(id, '203.0.113.7') ? { data } : { ip: '203.0.113.7' }
  })
  node.dht.addContact('127.76.0.2', other.port)
  const [found] = await node.dht.get(profile)
  expect(found?.sigP).toEqual(item.sigP)
  expect(node.dht.stats().externalIp).toBe('203.0.113.7')
  const again = other.queries.filter(({ call }) => call.method === 'getData')
  expect(again.map(({ id }) => isNodeIdOfIp(id, '203.0.113.7'))).toEqual([false, true])
})

it('giant and odd datagrams are left out, or read as far as they make sense', async () => {
  const node = await network.openNode('127.77.0.1')
  const socket = await network.openSocket('127.77.0.2')
  const id = randomId()
  const t = Uint8Array.of(1, 2)
  const deep = rawBencode(utf8Encode('l'.repeat(5_000) + 'e'.repeat(5_000)))
  const datagrams = [
    encodeBencode({ q: 'ping', t, x: { id, junk: new Uint8Array(60_000) }, z: 'q' }),
    encodeBencode({ q: 'ping', t, x: { id, junk: Array(20_000).fill(1) }, z: 'q' }),
    encodeBencode({ q: 'ping', t, x: { id, junk: deep }, z: 'q' }),
    encodeBencode({ q: 'x'.repeat(50_000), t, x: { id }, z: 'q' }),
    encodeBencode({ q: 'ping', t: new Uint8Array(20_000), x: { id }, z: 'q' }),
    encodeBencode({ r: { id, nodes: new Uint8Array(26 * 2_000) }, t, z: 'r' }),
    encodeBencode({ q: 'findNode', t, x: { id, target: new Uint8Array(30_000) }, z: 'q' }),
  ]
  const answers: number[] = []
  socket.on('message', (datagram) => answers.push(datagram.length))
  for (const datagram of datagrams) socket.send(datagram, node.dht.port, '127.77.0.1')
  await until(() => node.dht.stats().counts['received'] === datagrams.length)
  await until(() => answers.length >= 3)
  // The giant ping is a ping; the unknown method and the odd target are told so, in few words; and we ask who that is.
  expect(Math.max(...answers)).toBeLessThan(200)
  expect(node.dht.stats().counts).toMatchObject({ malformed: 3, unmatched: 1 })
  expect(node.dht.stats().refusing).toEqual({ 'unknown message': 1, "invalid value for 'target'": 1 })
})

it('counts what is asked by method, and what is refused by its text, in bounded words', async () => {
  const node = await network.openNode('127.78.0.1')
  const socket = await network.openSocket('127.78.0.2')
  const { p, sigP, sigUser, resource } = itemOf('alice', profile, {})
  for (let number = 0; number < 3; number++) {
    const call = { method: 'putData', token: new Uint8Array(4), p, sigP, sigUser: utf8Encode(sigUser) } as const
    const query = { ...call, target: targetHash(resource) }
    const datagram = encodeDhtQuery({ transactionId: Uint8Array.of(1, number), id: randomId(), call: query })
    socket.send(datagram, node.dht.port, '127.78.0.1')
  }
  await until(() => node.dht.stats().asked['putData'] === 3)
  expect(node.dht.stats().refusing).toEqual({ 'invalid token': 3 })
})
