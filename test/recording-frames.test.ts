import { describe, expect, test } from 'vitest'
import { type Bdict, dictOf, encodeBencode, parseBencode, rawBencode } from '../node/protocol/bencode.ts'
import { bytesToHex } from '../node/protocol/bytes.ts'
import { parseDhtMessage } from '../node/protocol/dht-message.ts'
import { parseSignedUserpost } from '../node/protocol/userpost.ts'
import { EXTENDED_HANDSHAKE_CODEC, PEX_CODEC } from './codecs.ts'
import { type RecordedFrame, recordedBytes, recordedFrames } from './recorded-frames.ts'
import { isDhtPacket, RECORDINGS, type RecordingName, recordedPackets } from './recorded-wire.ts'

/** What each recording holds, counted by message, so that nothing can be passed over in silence. */
const HELD: Readonly<Record<RecordingName, { utp: number; frames: Readonly<Record<string, number>> }>> = {
  'phase1-dht-2nodes': { utp: 0, frames: { 'dht query': 312, 'dht reply': 311 } },
  'phase1-p2p-2nodes': {
    utp: 0,
    frames: {
      'chain version': 4,
      'chain verack': 4,
      'chain getaddr': 2,
      'chain getblocks': 2,
      'chain getdata': 14,
      'chain inv': 28,
      'chain tx': 3,
      'chain block': 11,
    },
  },
  'phase1-swarm-tcp-2nodes': {
    utp: 0,
    frames: {
      'wire handshake': 18,
      'wire extended': 12,
      'wire have-none': 5,
      'wire allowed-fast': 8,
      'wire port': 51,
      'wire hashcash-nbits': 51,
      'wire interested': 14,
      'wire request': 19,
      'wire have': 36,
      'wire not-interested': 14,
      'wire unchoke': 14,
      'wire piece': 19,
      'wire choke': 14,
      'wire bitfield': 1,
    },
  },
  'phase2-dht-node3': { utp: 0, frames: { 'dht query': 231, 'dht reply': 231 } },
  'phase2-p2p-node3-handshake-sync-relay': {
    utp: 0,
    frames: {
      'chain version': 2,
      'chain verack': 2,
      'chain getaddr': 1,
      'chain getblocks': 1,
      'chain getdata': 5,
      'chain inv': 5,
      'chain tx': 1,
      'chain block': 48,
    },
  },
  'phase2-swarm-tcp-node3': {
    utp: 0,
    frames: {
      'wire handshake': 20,
      'wire extended': 26,
      'wire have-none': 6,
      'wire allowed-fast': 53,
      'wire port': 39,
      'wire hashcash-nbits': 39,
      'wire interested': 9,
      'wire request': 21,
      'wire have': 44,
      'wire not-interested': 9,
      'wire keep-alive': 26,
      'wire bitfield': 6,
      'wire unchoke': 9,
      'wire piece': 21,
      'wire choke': 9,
    },
  },
  'phase2-swarm-tcp-peek': {
    utp: 0,
    frames: {
      'wire keep-alive': 6,
      'wire extended': 10,
      'wire handshake': 6,
      'wire have-none': 3,
      'wire allowed-fast': 19,
      'wire port': 9,
      'wire hashcash-nbits': 9,
      'wire interested': 3,
      'wire hashcash-nonce': 3,
      'wire request': 1,
      'wire bitfield': 3,
      'wire unchoke': 3,
      'wire piece': 1,
    },
  },
  'phase3-utp-and-dht-node4': { utp: 142, frames: { 'dht query': 71, 'dht reply': 69 } },
  'phase3-utp-ignored-tcp-fallback': {
    utp: 2,
    frames: {
      'dht query': 147,
      'dht reply': 146,
      'wire handshake': 10,
      'wire extended': 8,
      'wire bitfield': 4,
      'wire allowed-fast': 20,
      'wire port': 6,
      'wire hashcash-nbits': 6,
    },
  },
  'phase4-dhtproxy-node6': {
    utp: 0,
    frames: {
      'chain version': 4,
      'chain verack': 4,
      'chain getaddr': 2,
      'chain getblocks': 3,
      'chain getdata': 1,
      'chain dhtgetreq': 16,
      'chain dhtputreq': 2,
      'chain inv': 3,
      'chain dhtgetreply': 17,
      'chain block': 48,
    },
  },
  'phase4-probe': {
    utp: 4,
    frames: {
      'dht query': 42,
      'dht reply': 36,
      'dht error': 6,
      'chain version': 2,
      'chain verack': 2,
      'chain ping': 1,
      'chain getheaders': 1,
      'chain getblocks': 1,
      'chain getdata': 2,
      'chain mempool': 1,
      'chain getaddr': 1,
      'chain pong': 1,
      'chain headers': 1,
      'chain inv': 1,
      'chain block': 1,
      'chain notfound': 1,
    },
  },
}

/**
 * What is read and not written again: three queries of the probe (no reference daemon) that were made to be refused.
 * Each is read as the fault that the daemon saw in it; by its transaction id, with the daemon's answer.
 */
const FAULTS: ReadonlyMap<string, string> = new Map([
  ['0008', 'invalid target.t value'],
  ['000b', "missing 'sig_p' key"],
  ['000c', 'unknown message'],
])

describe.each(RECORDINGS)('%s', (name) => {
  const frames = recordedFrames(name)

  test('is whole', () => {
    const counted: Record<string, number> = {}
    for (const { kind } of frames) counted[kind] = (counted[kind] ?? 0) + 1
    expect(counted).toEqual(HELD[name].frames)
    expect(frames.reduce((sum, { onWire }) => sum + onWire.length, 0)).toBe(recordedBytes(name))
    const left = recordedPackets(name).filter((packet) => packet.protocol === 'udp' && !isDhtPacket(packet))
    expect(left.length).toBe(HELD[name].utp)
  })

  test('every frame is read, and written again to its bytes', () => {
    for (const { kind, rewritten, onWire } of frames.filter((frame) => faultOf(frame) === undefined)) {
      expect(rewritten && bytesToHex(rewritten), kind).toBe(bytesToHex(onWire))
    }
  })
})

test('queries that the daemon refused are read as the faults that it saw', () => {
  const probe = recordedFrames('phase4-probe')
  const refused = probe.map(faultOf).filter((fault) => fault !== undefined)
  expect(new Map(refused)).toEqual(FAULTS)
  const answers = new Map(
    probe.flatMap(({ bytes, kind }) => {
      const message = kind === 'dht error' ? parseDhtMessage(bytes) : undefined
      return message?.kind === 'error' ? [[bytesToHex(message.transactionId), message.text] as const] : []
    }),
  )
  for (const [id, text] of FAULTS) expect(answers.get(id)).toBe(text)
})

describe('what messages carry', () => {
  const frames = RECORDINGS.flatMap(recordedFrames)
  const payloads = (extension: number) =>
    frames.flatMap(({ kind, bytes }) => (kind === 'wire extended' && bytes[1] === extension ? [bytes.subarray(2)] : []))

  test('every ut_pex is written again to its bytes', () => {
    expect(payloads(1).length).toBe(28)
    for (const payload of payloads(1)) expect(PEX_CODEC.rewrite(payload)).toEqual(payload)
  })

  // Extensions that we do not have, and `tr`, an id for trackers, mean nothing to us: they are not kept.
  test('every extended handshake is written again but for what we have no use for', () => {
    expect(payloads(0).length).toBe(28)
    for (const payload of payloads(0)) {
      const dict = dictOf(parseBencode(payload, { maxDepth: 3, maxItems: 100 }))
      const m = dictOf(dict?.get('m'))
      const kept = { ...members(dict, payload, ['p', 'reqq', 'v', 'yourip']), m: members(m, payload, ['ut_pex']) }
      expect(EXTENDED_HANDSHAKE_CODEC.rewrite(payload)).toEqual(encodeBencode(kept))
    }
  })

  test('every piece is a post in canonical form', () => {
    const pieces = frames.flatMap(({ kind, bytes }) => (kind === 'wire piece' ? [bytes.subarray(9)] : []))
    expect(pieces.length).toBe(41)
    for (const piece of pieces) expect(parseSignedUserpost(piece)?.piece).toEqual(piece)
  })
})

function faultOf({ kind, bytes }: RecordedFrame): [id: string, text: string] | undefined {
  const message = kind === 'dht query' ? parseDhtMessage(bytes) : undefined
  return message?.kind === 'fault' ? [bytesToHex(message.transactionId), message.text] : undefined
}

function members(dict: Bdict | undefined, bytes: Uint8Array, keys: readonly string[]) {
  const entries = keys.map((key) => {
    const raw = dict?.get(key)?.raw(bytes)
    return [key, raw && rawBencode(raw)] as const
  })
  return Object.fromEntries(entries)
}
