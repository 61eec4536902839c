import { type BlockHeader, encodeBlock, encodeHeader, merkleRoot, mineHeader } from '../node/protocol/block.ts'
import { ByteWriter, concatBytes, utf8Encode } from '../node/protocol/bytes.ts'
import { checkProofOfWork } from '../node/protocol/compact-target.ts'
import { type Hash256, scryptHash, ZERO_HASH } from '../node/protocol/hash.ts'
import type { NetworkParams } from '../node/protocol/params.ts'
import { encodePush } from '../node/protocol/script.ts'
import { publicKeyOf } from '../node/protocol/signature.ts'
import { buildPromoted, makeTransaction, type Transaction } from '../node/protocol/transaction.ts'
import { FORGED_MARK } from './forgeries.ts'

export interface ForgedBlock {
  readonly raw: Uint8Array
  readonly code: string
  /** Not wrong, but of no use yet: nobody is blamed for it. */
  readonly isIgnored?: boolean
}

/** What an attacker needs to know of the chain that it lies about. */
export interface ForgeryGround {
  readonly prev: BlockHeader
  /** As a miner would set it. */
  readonly time: number
  readonly params: NetworkParams
  /** Registered with a key of its own: nobody but its owner may promote by it or replace it. */
  readonly registered: string
  /** Registered with a script in which there is no key, if there is one. */
  readonly keyless?: string
}

const LONG_TEXT = FORGED_MARK.padEnd(141, '!')
const FILLER_TRANSACTIONS = 110

/** A block on top of `prev` for every code of a block that can be refused for what it is: nothing is wrong but that. */
export function forgedBlocks(ground: ForgeryGround): ForgedBlock[] {
  const bodies = [...forgedBodies(ground), ...forgedSignatures(ground)]
  return [
    ...forgedHeaders(ground.prev, ground.time),
    ...bodies.map(({ code, txs }) => ({ code, raw: blockOf(ground, txs) })),
  ]
}

interface ForgedBody {
  readonly code: string
  readonly txs: readonly Transaction[]
}

function forgedBodies({ params }: ForgeryGround): ForgedBody[] {
  const good = promoted()
  const solved = (fields: Partial<Transaction>) => solve(registration(fields), params)
  const mallory = solved({ userName: name('mallory_1') })
  const again = solved({ userName: name('mallory_1'), version: 0 })
  const filler = makeTransaction({ ...good, pubKey: new Uint8Array(440) })
  return [
    { code: 'size-limits-failed', txs: [good, ...Array<Transaction>(FILLER_TRANSACTIONS).fill(filler)] },
    { code: 'first-tx-is-not-coinbase', txs: [mallory] },
    { code: 'more-than-one-coinbase', txs: [good, promoted({ extraNonce: 9 })] },
    { code: 'duplicate-transaction', txs: [good, mallory, mallory] },
    { code: 'duplicate-username', txs: [good, mallory, again] },
    { code: 'tx-size-limits-failed', txs: [good, solved({ pubKey: new Uint8Array(600).fill(1) })] },
    { code: 'tx-proof-of-work-failed', txs: [good, solve(registration({}), params, false)] },
    { code: 'username-empty', txs: [good, solved({ userName: new Uint8Array(0) })] },
    { code: 'pubkey-empty', txs: [good, solved({ pubKey: new Uint8Array(0) })] },
    { code: 'username-not-smallstring', txs: [good, solved({ userName: Uint8Array.of(1, 0x61, 0x61) })] },
    { code: 'username-size-out-of-limits', txs: [good, solved({ userName: name('a'.repeat(17)) })] },
    { code: 'invalid-username-character', txs: [good, solved({ userName: name('Mallory') })] },
    { code: 'invalid-or-empty-spam-message', txs: [makeTransaction({ ...good, message: Uint8Array.of(0) })] },
    {
      code: 'spam-message-invalid-utf8',
      txs: [makeTransaction({ ...good, message: encodePush(Uint8Array.of(0xff)) })],
    },
    { code: 'spam-message-too-big', txs: [promoted({ text: LONG_TEXT })] },
    { code: 'spam-user-size-invalid', txs: [promoted({ user: 'a'.repeat(17) })] },
  ]
}

/** Refused for whom they are said to be of. */
function forgedSignatures({ params, registered, keyless }: ForgeryGround): ForgedBody[] {
  const signature = new Uint8Array(65).fill(31)
  return [
    { code: 'spam-signature-missing', txs: [promoted({ user: registered })] },
    { code: 'spam-signed-by-unknown-user', txs: [promoted({ user: 'unheard_of', signature })] },
    ...(keyless === undefined
      ? []
      : [{ code: 'spam-signed-with-broken-pubkey', txs: [promoted({ user: keyless, signature })] }]),
    { code: 'spam-signature-verification-failed', txs: [promoted({ user: registered, signature })] },
    {
      code: 'tried-to-overwrite-transaction',
      txs: [promoted(), solve(registration({ userName: name(registered) }), params)],
    },
  ]
}

/** A registration whose script holds no key: "its content is not examined at all" (chain.md B5). */
export function keylessRegistration(username: string, params: NetworkParams): Transaction {
  return solve(registration({ userName: name(username), pubKey: Uint8Array.of(5) }), params)
}

function blockOf({ prev, time }: ForgeryGround, txs: readonly Transaction[]): Uint8Array {
  const header = mineHeader({
    version: 2,
    height: prev.height + 1,
    prevHash: prev.hash,
    merkleRoot: merkleRoot(txs.map((tx) => tx.txid)),
    time: Math.floor(time),
    bits: prev.bits,
  })
  return encodeBlock(header, txs)
}

function promoted(change: Partial<Parameters<typeof buildPromoted>[0]> = {}): Transaction {
  return buildPromoted({ user: 'nobody', text: FORGED_MARK, salt: new Uint8Array(4), extraNonce: 7, ...change })
}

function registration(change: Partial<Transaction>): Transaction {
  const key = publicKeyOf(new Uint8Array(32).fill(66))
  const fields = {
    version: 1,
    message: new Uint8Array(0),
    userName: name('mallory_2'),
    pubKey: encodePush(key),
    nonce: 0,
  }
  return makeTransaction({ ...fields, ...change })
}

function name(text: string): Uint8Array {
  return encodePush(utf8Encode(text))
}

function solve(tx: Transaction, params: NetworkParams, hasWork = true): Transaction {
  for (let nonce = 0; nonce < 1_000_000; nonce++) {
    const solved = makeTransaction({ ...tx, nonce })
    if (checkProofOfWork(solved.txid, params.txBits) === hasWork) return solved
  }
  throw new Error('no such nonce')
}

/** Blocks on top of `prev` that their headers alone make worthless; `time` as a miner would set it. */
function forgedHeaders(prev: BlockHeader, time: number): ForgedBlock[] {
  const promoted = buildPromoted({ user: 'nobody', text: FORGED_MARK, salt: new Uint8Array(4), extraNonce: 1 })
  const fields = {
    version: 2,
    height: prev.height + 1,
    prevHash: prev.hash,
    merkleRoot: merkleRoot([promoted.txid]),
    time: Math.floor(time),
    bits: prev.bits,
  }
  const block = (change: Partial<typeof fields>, hasWork = true) => {
    const header = { ...fields, ...change }
    return encodeBlock({ ...header, nonce: nonceOf(header, hasWork) }, [promoted])
  }
  return [
    { raw: block({}, false), code: 'proof-of-work-failed' },
    { raw: block({ merkleRoot: ZERO_HASH }), code: 'hashmerkleroot-mismatch' },
    { raw: block({ height: prev.height + 7 }), code: 'block-height-mismatch' },
    { raw: block({ time: 1 }), code: 'block-timestamp-is-too-early' },
    { raw: block({ time: fields.time + 4 * 3600 }), code: 'block-timestamp-too-far-in-the-future', isIgnored: true },
    { raw: block({ bits: 0x207ffffe }), code: 'incorrect-proof-of-work' },
    { raw: block({ version: 1 }), code: 'rejected-nversion' },
    { raw: block({ prevHash: prev.merkleRoot }), code: 'prev-block-not-found', isIgnored: true },
  ]
}

function nonceOf(header: Omit<Parameters<typeof encodeHeader>[0], 'nonce'>, hasWork: boolean): number {
  for (let nonce = 0; nonce < 1_000_000; nonce++) {
    if (checkProofOfWork(scryptHash(encodeHeader({ ...header, nonce })), header.bits) === hasWork) return nonce
  }
  throw new Error('no such nonce')
}

/** Short branches off `root`, each header with its work; other ones for another `from`. */
export function sideHeaders(root: BlockHeader, count: number, branchLength: number, from = 0): BlockHeader[][] {
  const branches: BlockHeader[][] = []
  for (let made = 0; made < count; made += branchLength) {
    const branch: BlockHeader[] = []
    for (let index = 0; index < Math.min(branchLength, count - made); index++) {
      const prev = branch.at(-1) ?? root
      const salt = new ByteWriter().u32(from + made).finish()
      branch.push(
        mineHeader({
          version: 2,
          height: prev.height + 1,
          prevHash: prev.hash,
          merkleRoot: concatBytes(salt, ZERO_HASH.subarray(4)) as Hash256,
          time: prev.time + 1,
          bits: root.bits,
        }),
      )
    }
    branches.push(branch)
  }
  return branches
}
