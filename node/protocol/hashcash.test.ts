import { expect, test } from 'vitest'
import { recordedStreams } from '../../test/recorded-wire.ts'
import vectors from '../../test/vectors/dht.json' with { type: 'json' }
import { bytesToHex, concatBytes, hexToBytes } from './bytes.ts'
import { parseTargetHash, type Target } from './dht-target.ts'
import { allowedFastSet, isHashcashNonce, solveHashcash } from './hashcash.ts'
import { WireReader } from './wire-reader.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const peek = vectors.hashcash_peek
const infohash = parseTargetHash(bytes(peek.infohash)) as Target

test('the nonce of the vector fits, its neighbours do not', () => {
  const nonce = bytes(peek.nonce_be32_hex)
  expect(isHashcashNonce(infohash, peek.piece, nonce, peek.nbits)).toBe(true)
  expect(isHashcashNonce(infohash, peek.piece + 1, nonce, peek.nbits)).toBe(false)
  expect(isHashcashNonce(infohash, peek.piece, nonce, 24)).toBe(false)
  expect(isHashcashNonce(infohash, peek.piece, new Uint8Array(10), 0)).toBe(false)
  expect(isHashcashNonce(infohash, peek.piece, new Uint8Array(0), 0)).toBe(false)
})

test('solving finds the first nonce, in slices', () => {
  const before = peek.first_nonce - 100
  expect(solveHashcash(infohash, peek.piece, peek.nbits, before, 100)).toBeUndefined()
  const nonce = solveHashcash(infohash, peek.piece, peek.nbits, before + 100, 100)
  expect(nonce && bytesToHex(nonce)).toBe(peek.nonce_be32_hex)
})

test('nobody gets more work out of us than we want to do', () => {
  expect(solveHashcash(infohash, 1, 25, 0, 10)).toBeUndefined()
  expect(solveHashcash(infohash, 1, 65_535, 0, 10)).toBeUndefined()
  expect(isHashcashNonce(infohash, 1, new Uint8Array(4), 65_535)).toBe(false)
})

test('the allowed-fast set of the vector, over all four address bytes', () => {
  const { ip, num_pieces, set } = vectors.allowed_fast
  expect(allowedFastSet(ip, parseTargetHash(bytes(vectors.allowed_fast.infohash)) as Target, num_pieces)).toEqual(set)
})

test('of few pieces all are allowed, and an IPv6 peer gets none', () => {
  expect(allowedFastSet('127.0.0.1', infohash, 4)).toEqual([0, 1, 2, 3])
  expect(allowedFastSet('127.0.0.1', infohash, 0)).toEqual([])
  expect(new Set(allowedFastSet('127.0.0.1', infohash, 11)).size).toBe(10)
  expect(allowedFastSet('::1', infohash, 100)).toEqual([])
})

test('the recorded swarms send the sets that we would', () => {
  let compared = 0
  for (const chunks of recordedStreams('phase1-swarm-tcp-2nodes').values()) {
    const { messages } = new WireReader().push(concatBytes(...chunks))
    const sent = messages.flatMap((message) => (message.kind === 'allowed-fast' ? message.k : []))
    const [greeting] = messages
    if (greeting?.kind !== 'handshake' || sent.length === 0) continue
    // Sets grow with the swarm and leave out what the peer has; all of ours are there from the first piece on.
    expect(sent).toEqual(allowedFastSet('127.0.0.1', greeting.infohash, sent.length))
    compared++
  }
  expect(compared).toBeGreaterThan(0)
})
