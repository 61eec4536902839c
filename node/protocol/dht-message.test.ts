import { describe, expect, test } from 'vitest'
import { describeCodec } from '../../test/codec-laws.ts'
import { recordedDatagrams } from '../../test/recorded-wire.ts'
import vectors from '../../test/vectors/dht.json' with { type: 'json' }
import { type Bencodable, encodeBencode, rawBencode } from './bencode.ts'
import { bytesToHex, hexToBytes, utf8Encode } from './bytes.ts'
import { parseDhtItem } from './dht-item.ts'
import { type DhtMessage, encodeDhtError, encodeDhtQuery, encodeDhtReply, parseDhtMessage } from './dht-message.ts'
import { sha1 } from './hash.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const vector = (label: string): Uint8Array =>
  bytes(vectors.krpc.find((packet) => packet.label.startsWith(label))?.hex ?? '')

function encode(message: DhtMessage): Uint8Array {
  if (message.kind === 'query') return encodeDhtQuery(message)
  if (message.kind === 'reply') return encodeDhtReply(message)
  return encodeDhtError(message)
}

// A fault is no message of its own: its answer is not its encoding.
function parse(datagram: Uint8Array): Exclude<DhtMessage, { kind: 'fault' }> | undefined {
  const message = parseDhtMessage(datagram)
  return message?.kind === 'fault' ? undefined : message
}

describeCodec('DHT packets', { parse, encode, samples: vectors.krpc.map(({ hex }) => bytes(hex)) })

describe('packets of the vectors', () => {
  const id = bytes('000102030405060708090a0b0c0d0e0f10111213')
  const transactionId = utf8Encode('aa')

  test('ping', () => {
    expect(parse(vector('ping query'))).toMatchObject({ kind: 'query', transactionId, id, call: { method: 'ping' } })
    expect(parse(vector('ping reply'))).toMatchObject({ kind: 'reply', transactionId, id })
  })

  test('findNode', () => {
    const target = bytes('06e2980f2e8912a418195d67d83e1f79230273f6')
    expect(parse(vector('findNode query'))).toMatchObject({ call: { method: 'findNode', target } })
    expect(parse(vector('findNode reply'))).toMatchObject({
      nodes: [{ id: new Uint8Array(20).fill(0x11), ip: '203.0.113.9', port: 29333 }],
    })
  })

  test('getData', () => {
    const resource = { n: 'alice', r: 'profile', t: 's' }
    const target = bytes('61cf0cfa7cb8005a5542478e85ce11ec25f8d683')
    expect(parse(vector('getData query (single)'))).toMatchObject({ call: { method: 'getData', resource, target } })
    expect(parse(vector('getData query with justtoken'))).toMatchObject({ call: { justToken: true } })
    const infohash = bytes('06e2980f2e8912a418195d67d83e1f79230273f6')
    expect(parse(vector('getData query of the tracker'))).toMatchObject({ call: { infohash, target: infohash } })
    expect(parse(vector('getData reply, no value'))).toMatchObject({
      token: bytes('01020304'),
      nodes: [],
      data: undefined,
    })
    expect(parse(vector('getData reply of a tracker'))).toMatchObject({
      followers: 7,
      n: 'alice',
      values: [
        { ip: '203.0.113.9', port: 29333 },
        { ip: '198.51.100.3', port: 29333 },
      ],
    })
  })

  test('a value keeps the slice that was signed', () => {
    const [sample] = vectors.dht_values_synthetic
    const reply = parse(vector('getData reply with one value'))
    const [value] = reply?.kind === 'reply' ? (reply.data ?? []) : []
    expect(value && bytesToHex(value.p)).toBe(sample?.p_bencoded_hex)
    expect(value && parseDhtItem(value)).toMatchObject({ sigUser: 'alice', seq: 1 })
    const put = parse(vector('putData query'))
    const call = put?.kind === 'query' && put.call.method === 'putData' ? put.call : undefined
    expect(call && bytesToHex(call.p)).toBe(sample?.p_bencoded_hex)
    expect(call && bytesToHex(call.target)).toBe(sample?.target_sha1)
    expect(call && parseDhtItem(call)).toMatchObject({ resource: { n: 'alice', r: 'profile', t: 's' } })
  })

  test('announcePeer', () => {
    expect(parse(vector('announcePeer query'))).toMatchObject({
      call: { method: 'announcePeer', port: 29333, isSeed: false, isImpliedPort: undefined },
    })
  })

  test('the answer to a wrong id is a vote for our address', () => {
    expect(parse(vector('reply to a query whose id'))).toMatchObject({
      kind: 'reply',
      ip: '203.0.113.7',
      nodes: undefined,
    })
  })

  test('errors', () => {
    expect(parse(vector('error 203 raised after'))).toMatchObject({
      kind: 'error',
      code: 203,
      text: 'invalid token',
      id,
    })
    expect(parse(vector('error 203 raised before'))).toMatchObject({ text: "missing 'x' key", id: undefined })
  })
})

test('every value in recorded datagrams is well formed', () => {
  const messages = recordedDatagrams('phase1-dht-2nodes').flatMap((datagram) => parse(datagram) ?? [])
  const values = messages.flatMap((message) => {
    if (message.kind === 'reply') return message.data ?? []
    return message.kind === 'query' && message.call.method === 'putData' ? [message.call] : []
  })
  expect(values.length).toBeGreaterThan(90)
  for (const value of values) expect(parseDhtItem(value)).toBeDefined()
})

describe('a query that cannot be executed says why', () => {
  const id = new Uint8Array(20)
  const target = { n: 'alice', r: 'profile', t: 's' }
  const p = { height: 1, target, time: 1, v: 'x' }
  const put = { token: 'abcd', p, sig_p: new Uint8Array(65), sig_user: 'alice' }

  test.each<[string, string, Record<string, Bencodable | undefined>]>([
    ["missing 'target' key", 'findNode', {}],
    ["invalid value for 'target'", 'findNode', { target: 'short' }],
    ["missing 'target' key", 'getData', { target: new Uint8Array(20) }],
    ["missing 'n' key", 'getData', { target: { r: 'x', t: 's' } }],
    ["missing 'r' key", 'getData', { target: { n: 'x', r: 1, t: 's' } }],
    ['target dict size != 3', 'getData', { target: { ...target, z: 'x' } }],
    ['invalid target.t value', 'getData', { target: { ...target, t: 'x' } }],
    ["missing 'token' key", 'putData', { ...put, token: undefined }],
    ["missing 'p' key", 'putData', { ...put, p: 'x' }],
    ["missing 'v' key", 'putData', { ...put, p: { ...p, v: undefined } }],
    ["missing 'time' key", 'putData', { ...put, p: { ...p, time: 'x' } }],
    ["missing 'height' key", 'putData', { ...put, p: { ...p, height: undefined } }],
    ["missing 'sig_p' key", 'putData', { ...put, sig_p: undefined }],
    ["missing 'sig_user' key", 'putData', { ...put, sig_user: undefined }],
    ['invalid token', 'putData', { ...put, token: 'x'.repeat(100) }],
    ["missing 'infoHash' key", 'announcePeer', { port: 1, token: 'x' }],
    ["invalid value for 'infoHash'", 'announcePeer', { infoHash: 'x', port: 1, token: 'x' }],
    ["missing 'port' key", 'announcePeer', { infoHash: id, token: 'x' }],
    ['invalid port', 'announcePeer', { infoHash: id, port: 65536, token: 'x' }],
    ['invalid port', 'announcePeer', { infoHash: id, port: -1, token: 'x' }],
    ["missing 'token' key", 'announcePeer', { infoHash: id, port: 1 }],
    ['invalid token', 'announcePeer', { infoHash: id, port: 1, token: 'x'.repeat(100) }],
    ['unknown message', 'getPeers', {}],
    ['unknown message', 'x'.repeat(50), { target: 'short' }],
  ])('%s in %s', (text, q, x) => {
    const fault = parseDhtMessage(encodeBencode({ q, t: 'aa', x: { id, ...x }, z: 'q' }))
    expect(fault).toMatchObject({ kind: 'fault', text, id, transactionId: utf8Encode('aa') })
  })

  test.each<[string, Record<string, Bencodable>]>([
    ["missing 'q' key", { x: { id } }],
    ["missing 'x' key", { q: 'ping', x: 'x' }],
    ["missing 'id' key", { q: 'ping', x: { id: 1 } }],
    ["invalid value for 'id'", { q: 'ping', x: { id: new Uint8Array(19) } }],
  ])('%s, before there is an id', (text, members) => {
    const fault = parseDhtMessage(encodeBencode({ ...members, t: 'aa', z: 'query' }))
    if (fault?.kind !== 'fault') throw new Error('not a fault')
    expect(fault.text).toBe(text)
    expect('id' in fault).toBe(false)
    const answer = encodeDhtError({ transactionId: fault.transactionId, text })
    expect(bytesToHex(answer)).toBe(
      bytesToHex(encodeBencode({ e: [203, text], t: 'aa', v: bytes('4c540100'), z: 'e' })),
    )
  })

  test('getData of a target that is not sorted, or of a name that is not text, is a question for the way only', () => {
    for (const raw of [utf8Encode('d1:r7:profile1:n5:alice1:t1:se'), encodeBencode({ ...target, n: bytes('c328') })]) {
      const query = parseDhtMessage(
        encodeBencode({ q: 'getData', t: 'aa', x: { id, target: rawBencode(raw) }, z: 'q' }),
      )
      expect(query).toMatchObject({ kind: 'query', call: { method: 'unknown', name: 'getData', target: sha1(raw) } })
    }
  })

  test('unknown methods with a target are answered like findNode', () => {
    const call = (key: string) => {
      const query = parseDhtMessage(encodeBencode({ q: 'getPeers', t: 'aa', x: { id, [key]: id }, z: 'q' }))
      return query?.kind === 'query' ? query.call : undefined
    }
    expect(call('target')).toMatchObject({ method: 'unknown', name: 'getPeers', target: id })
    expect(call('infoHash')).toMatchObject({ method: 'unknown', name: 'getPeers', infohash: id })
  })
})

describe('what is dropped silently', () => {
  const id = new Uint8Array(20)
  test.each<[string, Uint8Array]>([
    ['too short', utf8Encode('d1:t2:aa1:z1:qe')],
    ['no dict', encodeBencode(['x'.repeat(30)])],
    ['uTP', bytes(`0100f578${'00'.repeat(20)}`)],
    ['trailing bytes', utf8Encode(`${Buffer.from(vector('ping query')).toString('latin1')}e`)],
    ['no z', encodeBencode({ q: 'ping', t: 'aa', x: { id } })],
    ['another z', encodeBencode({ q: 'ping', t: 'aa', x: { id }, z: 'x' })],
    ['a reply without id', encodeBencode({ r: { nodes: '' }, t: 'aa', v: 'abcdefgh', z: 'r' })],
    ['a reply without r', encodeBencode({ t: 'aa', v: 'abcdefgh', z: 'r' })],
    ['an error without text', encodeBencode({ e: [203], t: 'aa', v: 'abcdefgh', z: 'e' })],
    ['a long transaction id', encodeBencode({ q: 'ping', t: 'x'.repeat(33), x: { id }, z: 'q' })],
    ['more than a datagram', encodeBencode({ q: 'ping', t: 'aa', x: { id, y: 'x'.repeat(65_507) }, z: 'q' })],
    ['deep nesting', encodeBencode({ q: 'ping', x: { id, y: rawBencode(utf8Encode('llllllllleeeeeeeee')) }, z: 'q' })],
  ])('%s', (_, datagram) => {
    expect(parseDhtMessage(datagram)).toBeUndefined()
  })
})

test('of a reply what has the wrong form is passed over', () => {
  const r = {
    id: new Uint8Array(20),
    ip: 'abc',
    nodes: 7,
    token: 'x'.repeat(100),
    followers: -3,
    n: 'x'.repeat(51),
    data: [1, { p: 'x', sig_p: 'x', sig_user: 'x' }, { p: {}, sig_p: 'x', sig_user: 'y' }],
    values: ['abc', 7],
  }
  const { ip, nodes, token, followers, n, data, values } = parse(encodeBencode({ r, t: 'aa', z: 'r' })) as Extract<
    DhtMessage,
    { kind: 'reply' }
  >
  expect([ip, nodes, token, followers, n, data?.length, values]).toEqual([
    undefined,
    undefined,
    undefined,
    0,
    undefined,
    1,
    [],
  ])
})
