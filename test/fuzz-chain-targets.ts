import { parseBlock } from '../node/protocol/block.ts'
import { ByteReader, ByteWriter, concatBytes, rawBytes, utf8Encode } from '../node/protocol/bytes.ts'
import { checkProofOfWork, workOf } from '../node/protocol/compact-target.ts'
import { ZERO_HASH } from '../node/protocol/hash.ts'
import { encodeAddr } from '../node/protocol/messages/addr.ts'
import { encodeSignedAlert, parseAlert } from '../node/protocol/messages/alert.ts'
import { encodeFilteradd, encodeFilterload } from '../node/protocol/messages/filter.ts'
import { encodeMerkleblock } from '../node/protocol/messages/merkleblock.ts'
import { checkVectorCount } from '../node/protocol/messages/vector-count.ts'
import { encodePush, parsePushes, smallString } from '../node/protocol/script.ts'
import { parsePublicKey, recoverPublicKey } from '../node/protocol/signature.ts'
import {
  parseTransaction,
  promotedMessage,
  registrationKey,
  transactionUsername,
} from '../node/protocol/transaction.ts'
import { CHAIN_CODECS, HEADER_CODEC } from './codecs.ts'
import type { FuzzTarget } from './fuzz-laws.ts'
import { recordedFrames } from './recorded-frames.ts'
import { RECORDINGS } from './recorded-wire.ts'

const frames = RECORDINGS.flatMap(recordedFrames)
const payloadsOf = (command: string): Uint8Array[] =>
  frames.flatMap(({ kind, bytes }) => (kind === `chain ${command}` ? [bytes] : []))
const blocks = payloadsOf('block').flatMap((payload) => parseBlock(payload) ?? [])
const transactions = blocks.flatMap((block) => block.transactions)
const scripts = transactions.flatMap((tx) => [tx.message, tx.userName, tx.pubKey])
const signatures = transactions.flatMap((tx) => promotedMessage(tx)?.signature ?? [])

/** Commands that no recording holds. */
const MADE: ReadonlyMap<string, readonly Uint8Array[]> = new Map([
  ['addr', [addrOf('203.0.113.7'), addrOf('2001:db8::7')]],
  ['alert', [encodeSignedAlert({ message: rawBytes(alertMessage()), signature: new Uint8Array(71).fill(0x30) })]],
  [
    'cp',
    [concatBytes(new ByteWriter().i32(7).bytes(ZERO_HASH).finish(), utf8Encode('\x05alice\x41'), new Uint8Array(65))],
  ],
  [
    'filterload',
    [encodeFilterload({ data: new Uint8Array(64).fill(0xaa), hashFunctions: 11, tweak: 0x1234_5678, flags: 1 })],
  ],
  ['filteradd', [encodeFilteradd(new Uint8Array(32).fill(7))]],
  [
    'merkleblock',
    blocks.slice(0, 2).map(({ header }) =>
      encodeMerkleblock({
        header,
        transactionCount: 3,
        hashes: [ZERO_HASH, header.hash],
        flags: Uint8Array.of(0x1d),
      }),
    ),
  ],
])

/** The parser of every command, and what is read within. */
export const CHAIN_TARGETS: readonly FuzzTarget[] = [
  ...[...CHAIN_CODECS.values()].map((codec): FuzzTarget => {
    const recorded = payloadsOf(codec.name)
    const samples = recorded.length > 0 ? recorded : (MADE.get(codec.name) ?? [new Uint8Array(0)])
    return { ...codec, name: `chain ${codec.name}`, form: 'lenient', samples }
  }),
  { ...HEADER_CODEC, form: 'exact', samples: blocks.map(({ header }) => header.raw) },
  {
    name: 'work of a header',
    parse: (bytes) => {
      const bits = bytes.length < 4 ? 0 : new ByteReader(bytes).u32()
      return [workOf(bits), checkProofOfWork(ZERO_HASH, bits)]
    },
    form: 'exact',
    samples: [Uint8Array.of(0xff, 0xff, 0x7f, 0x20), Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
  },
  {
    name: 'counts of vectors',
    parse: (bytes) => ['addr', 'inv', 'getdata', 'nonsense'].map((command) => checkVectorCount(command, bytes)),
    form: 'exact',
    samples: payloadsOf('inv'),
  },
  {
    name: 'inside of an alert',
    parse: parseAlert,
    form: 'exact',
    samples: [alertMessage()],
  },
  {
    name: 'script',
    parse: (bytes) => [parsePushes(bytes), registrationKey(bytes)],
    // whatever the pushes are, pushing them again gives a script of the same strings
    rewrite: (bytes) => {
      const pushes = parsePushes(bytes)
      return pushes && concatBytes(...pushes.map(encodePush))
    },
    form: 'lenient',
    samples: scripts,
  },
  {
    name: 'small string of a script',
    parse: smallString,
    rewrite: (bytes) => {
      const text = smallString(bytes)
      return text && encodePush(text)
    },
    form: 'exact',
    samples: scripts.filter((script) => smallString(script) !== undefined),
  },
  {
    name: 'meaning of a transaction',
    parse: (bytes) => {
      const tx = parseTransaction(bytes)
      return tx && [promotedMessage(tx), transactionUsername(tx), registrationKey(tx.pubKey)]
    },
    form: 'lenient',
    samples: transactions.map(({ raw }) => raw),
  },
  {
    name: 'signature and key',
    parse: (bytes) => [recoverPublicKey(ZERO_HASH, bytes), parsePublicKey(bytes)],
    form: 'exact',
    samples: signatures,
  },
]

function addrOf(host: string): Uint8Array {
  return encodeAddr([
    { time: 1_795_358_900, services: 1n, host, port: 28_333 },
    { time: 0, services: 0n, host: '127.0.0.1', port: 0 },
  ])
}

/** The fields of chain.md 5.11 in their order. */
function alertMessage(): Uint8Array {
  const text = (words: string) => new ByteWriter().varBytes(utf8Encode(words)).finish()
  return new ByteWriter()
    .i32(1)
    .i64(1_795_358_900n)
    .i64(1_795_358_900n)
    .i32(7)
    .i32(0)
    .compactSize(2)
    .i32(5)
    .i32(6)
    .i32(0)
    .i32(99_999)
    .compactSize(1)
    .bytes(text('/twisterd:0.9.40/'))
    .i32(10)
    .bytes(text('a comment'))
    .bytes(text('for the status bar'))
    .bytes(text(''))
    .finish()
}
