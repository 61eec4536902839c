import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseBencode as nodeParseBencode } from '../node/protocol/bencode.ts'
import { merkleBranch, merkleRoot, parseHeader as nodeParseHeader, parseBlock } from '../node/protocol/block.ts'
import { hexToBytes } from '../node/protocol/bytes.ts'
import {
  checkProofOfWork,
  nextTarget,
  workOf as nodeWorkOf,
  POW_LIMIT,
  parseCompactTarget,
} from '../node/protocol/compact-target.ts'
import { type Hash256, sha256d as nodeSha256d, scryptHash } from '../node/protocol/hash.ts'
import { USERPOST_BENCODE } from '../node/protocol/limits.ts'
import { networkParams } from '../node/protocol/params.ts'
import { parsePushes } from '../node/protocol/script.ts'
import {
  keyIdOf as nodeKeyIdOf,
  messageDigest as nodeMessageDigest,
  publicKeyOf,
  recoverPublicKey,
  signDigest,
} from '../node/protocol/signature.ts'
import {
  encodeTransaction,
  parseTransaction as nodeParseTransaction,
  transactionUsername,
} from '../node/protocol/transaction.ts'
import { parseSignedUserpost } from '../node/protocol/userpost.ts'
import { parseBencode } from './bencode.ts'
import { hexOf } from './bytes.ts'
import { GENESIS_HEADER, PINNED, REGISTRATION_BITS } from './checkpoints.ts'
import { displayed, messageDigest, sha256d, workHash } from './hash.ts'
import { parseHeader } from './header.ts'
import { merkleRootOf, merkleRootOfAll } from './merkle.ts'
import { keyIdOf, recoverKey } from './signature.ts'
import { meetsTarget, nextBits, targetOf, workOf } from './target.ts'
import { parseTransaction, pushesOf, registeredName } from './transaction.ts'
import { parsePiece, parseUserpost } from './userpost.ts'

// Two implementations of one specification, neither made from the other: what they say of any bytes must be the same.

function vectors<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(`../test/vectors/${file}`, import.meta.url), 'utf8')) as T
}

function bytesOf(hex: string): Uint8Array {
  const bytes = hexToBytes(hex)
  if (bytes === undefined) throw new Error('not hexadecimal')
  return bytes
}

const recordedBlocks = vectors<{ hex: string }[]>('recordings-chain.json').map(({ hex }) => {
  const block = parseBlock(bytesOf(hex))
  if (block === undefined) throw new Error('a recorded block is none')
  return block
})
const recordedPieces = vectors<{ piece_hex: string }[]>('recordings-posts.json').map((post) => bytesOf(post.piece_hex))

const someBytes = (maxLength: number) => fc.uint8Array({ maxLength })
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
/** Real ones, as they are and with a byte changed, cut or added. */
const likeOneOf = (real: readonly Uint8Array[]) =>
  fc
    .tuple(fc.constantFrom(...real), fc.nat(), fc.integer({ min: 0, max: 255 }), fc.integer({ min: -2, max: 1 }))
    .map(([bytes, at, value, longer]) => {
      const changed = new Uint8Array(bytes.length + longer)
      changed.set(bytes.subarray(0, changed.length))
      changed[at % changed.length] = value
      return changed
    })

describe('on recorded data', () => {
  test('headers, their hashes and their work', () => {
    for (const { header } of recordedBlocks) {
      const own = parseHeader(header.raw)
      expect(own).toMatchObject({ height: header.height, time: header.time, bits: header.bits })
      expect([own?.hash, own?.prevHash, own?.merkleRoot].map((one) => one && hexOf(one))).toEqual(
        [header.hash, header.prevHash, header.merkleRoot].map(hexOf),
      )
      expect(hexOf(workHash(header.raw))).toBe(hexOf(scryptHash(header.raw)))
    }
  })

  test('transactions, and their places in blocks', () => {
    for (const { header, transactions } of recordedBlocks) {
      const txids = transactions.map(({ txid }) => txid)
      for (const [index, tx] of transactions.entries()) {
        const own = parseTransaction(tx.raw)
        expect(own && hexOf(own.txid)).toBe(hexOf(tx.txid))
        expect(own && registeredName(own)).toBe(transactionUsername(tx))
        if (index > 0) {
          const root = merkleRootOf(tx.txid, index, merkleBranch(txids, index), REGISTRATION_BITS.main)
          expect(typeof root === 'string' ? root : hexOf(root)).toBe(hexOf(header.merkleRoot))
        }
      }
    }
  })

  test('posts, and the keys that signed them', () => {
    expect(recordedPieces.length).toBeGreaterThan(5)
    for (const piece of recordedPieces) {
      const post = parseSignedUserpost(piece)
      const own = parsePiece(piece)
      if (post === undefined || own === undefined) throw new Error('a recorded piece is none')
      expect([hexOf(own.bytes), hexOf(own.signature)]).toEqual([hexOf(post.raw), hexOf(post.signature)])
      const { n, k, height, time, rt, fav } = post.userpost
      expect(parseUserpost(own.bytes)).toMatchObject({ n, k, height, time })
      const inner = [rt, fav].flatMap((one) => (one === undefined ? [] : [hexOf(one.raw)]))
      expect(parseUserpost(own.bytes)?.inner.map(({ bytes }) => hexOf(bytes))).toEqual(inner)
      const digest = messageDigest(own.bytes)
      expect(hexOf(digest)).toBe(hexOf(nodeMessageDigest(post.raw)))
      expect(hexOf(recoverKey(digest, own.signature) ?? new Uint8Array(0))).toBe(
        hexOf(recoverPublicKey(digest, own.signature) ?? new Uint8Array(0)),
      )
    }
  })

  test('signatures at the edges of what the network takes', () => {
    const edges = vectors<{ edge_signatures: EdgeSignatures }>('chain.json').edge_signatures
    expect(edges.cases.length).toBe(10)
    for (const edge of edges.cases) {
      const key = recoverKey(bytesOf(edges.hash_bytes), bytesOf(edge.sig))
      expect(key !== undefined, edge.name).toBe(edge.recovers)
      if (key !== undefined) expect(hexOf(keyIdOf(key)), edge.name).toBe(edge.key_id)
    }
  })
})

interface EdgeSignatures {
  hash_bytes: string
  cases: { name: string; sig: string; recovers: boolean; key_id?: string }[]
}

describe('on anything', () => {
  test('bencoding: the same bytes are canonical, and are the same values', () => {
    const bencode = fc.oneof(
      likeOneOf(recordedPieces),
      fc
        .string({ unit: fc.constantFrom('d', 'l', 'i', 'e', ':', '-', '0', '1', '2', 'a'), maxLength: 24 })
        .map((text) => Buffer.from(text)),
    )
    fc.assert(
      fc.property(bencode, (bytes) => {
        const other = nodeParseBencode(bytes, USERPOST_BENCODE)
        const own = parseBencode(bytes)
        expect(own !== undefined).toBe(other?.isCanonical === true)
        if (own !== undefined) expect(own.kind).toBe(other?.kind)
      }),
      { numRuns: 3000 },
    )
  })

  test('headers and transactions', () => {
    const headers = fc.oneof(likeOneOf(recordedBlocks.map(({ header }) => header.raw)), someBytes(100))
    fc.assert(
      fc.property(headers, (bytes) => {
        const [own, other] = [parseHeader(bytes), nodeParseHeader(bytes)]
        expect(own && [hexOf(own.hash), own.height, own.time, own.bits]).toEqual(
          other && [hexOf(other.hash), other.height, other.time, other.bits],
        )
      }),
    )
    const real = recordedBlocks.flatMap(({ transactions }) => transactions.map(({ raw }) => raw as Uint8Array))
    fc.assert(
      fc.property(fc.oneof(likeOneOf(real), someBytes(120)), (bytes) => {
        const other = nodeParseTransaction(bytes)
        // The node forgives what comes after, and sizes that could be shorter: a proof holds the one form.
        const isOneForm = other !== undefined && hexOf(other.raw) === hexOf(bytes) && bytes.length <= 512
        const own = parseTransaction(bytes)
        expect(own && hexOf(own.txid)).toBe(isOneForm ? hexOf(other.txid) : undefined)
        expect(own && registeredName(own)).toBe(isOneForm ? transactionUsername(other) : undefined)
      }),
      { numRuns: 1000 },
    )
  })

  test('scripts', () => {
    const script = fc.oneof(
      someBytes(80),
      fc
        .array(fc.constantFrom(0, 1, 2, 3, 0x4c, 0x4d, 0x4e, 0x4f, 0x60, 0x61), { maxLength: 14 })
        .map((all) => Uint8Array.from(all)),
    )
    fc.assert(
      fc.property(script, (bytes) => {
        expect(pushesOf(bytes)?.map(hexOf)).toEqual(parsePushes(bytes)?.map(hexOf))
      }),
      { numRuns: 2000 },
    )
  })

  test('targets, work and the difficulty of a new period', () => {
    const bits = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0x1b000000, max: 0x21000000 }))
    fc.assert(
      fc.property(bits, hash, (some, bytes) => {
        const target = parseCompactTarget(some)
        expect(targetOf(some)).toBe(target > 0n && target <= POW_LIMIT ? target : undefined)
        expect(meetsTarget(bytes, some)).toBe(checkProofOfWork(bytes as Hash256, some))
        if (targetOf(some) !== undefined) expect(workOf(some)).toBe(nodeWorkOf(some))
      }),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(
        fc.integer({ min: 0x1b000001, max: 0x207fffff }),
        fc.integer({ min: -1000, max: 6_000_000 }),
        (some, span) => {
          if (targetOf(some) !== undefined) expect(nextBits(some, span)).toBe(nextTarget(some, span, POW_LIMIT))
        },
      ),
    )
  })

  test('merkle trees of any size', () => {
    const registration = (nonce: number) =>
      encodeTransaction({
        version: 1,
        message: new Uint8Array(0),
        userName: Uint8Array.of(1, 97),
        pubKey: Uint8Array.of(1, 1),
        nonce,
      })
    for (let count = 2; count <= 33; count++) {
      const txids = Array.from({ length: count }, (_, nonce) => nodeSha256d(registration(nonce)))
      const root = hexOf(merkleRoot(txids))
      expect(hexOf(merkleRootOfAll(txids))).toBe(root)
      for (const [index, txid] of txids.entries()) {
        const found = merkleRootOf(txid, index, merkleBranch(txids, index), REGISTRATION_BITS.regtest)
        expect(typeof found === 'string' ? found : hexOf(found)).toBe(root)
      }
    }
  })

  test('signatures of any key, and any other bytes', () => {
    const privateKey = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .filter((bytes) => (bytes[0] ?? 0) > 0 && (bytes[0] ?? 0) < 255)
    fc.assert(
      fc.property(privateKey, hash, fc.boolean(), fc.nat(64), fc.nat(255), (key, digest, isShort, at, value) => {
        const signature = signDigest(digest, key, isShort)
        expect(hexOf(recoverKey(digest, signature) ?? new Uint8Array(0))).toBe(hexOf(publicKeyOf(key, isShort)))
        signature[at] = value
        const [own, other] = [recoverKey(digest, signature), recoverPublicKey(digest, signature)]
        expect(own && hexOf(own)).toBe(other && hexOf(other))
        if (own !== undefined) expect(hexOf(keyIdOf(own))).toBe(hexOf(nodeKeyIdOf(own)))
      }),
      { numRuns: 60 },
    )
  })

  test('messages of any length', () => {
    fc.assert(
      fc.property(fc.nat(70_000), (length) => {
        const bytes = new Uint8Array(length).fill(7)
        expect(hexOf(messageDigest(bytes))).toBe(hexOf(nodeMessageDigest(bytes)))
      }),
    )
  })
})

test('the pinned checkpoints and constants are those of the node', () => {
  for (const network of ['main', 'regtest'] as const) {
    const params = networkParams(network, { checkpoints: true })
    const known = [
      [0, displayed(params.genesisHash)],
      ...[...params.checkpoints].map(([at, one]) => [at, displayed(one)]),
    ]
    expect(PINNED[network].items.map(({ height, hash }) => [height, hash])).toEqual(known)
    expect(REGISTRATION_BITS[network]).toBe(params.txBits)
    expect(GENESIS_HEADER[network]).toBe(hexOf(params.genesisHeader))
    expect(hexOf(sha256d(params.genesisHeader))).toBe(hexOf(params.genesisHash))
  }
})
