import type { AuthorName } from '../devnet/authors.ts'
import type { Moment } from '../devnet/compose.ts'
import { forgedBlocks } from '../devnet/forged-blocks.ts'
import { FORGED_MARK, type ForgedItem } from '../devnet/forgeries.ts'
import { privateKeyOf } from '../devnet/seed.ts'
import { rawBencode } from '../node/protocol/bencode.ts'
import { type BlockHeader, encodeHeader, mineHeader, parseHeader } from '../node/protocol/block.ts'
import { concatBytes, utf8Encode } from '../node/protocol/bytes.ts'
import { encodeDhtP, type RawDhtItem } from '../node/protocol/dht-item.ts'
import type { Resource } from '../node/protocol/dht-target.ts'
import { ZERO_HASH } from '../node/protocol/hash.ts'
import type { ChainMessage } from '../node/protocol/messages/envelope.ts'
import { encodeHeaders } from '../node/protocol/messages/headers.ts'
import { networkParams } from '../node/protocol/params.ts'
import { messageDigest, signDigest } from '../node/protocol/signature.ts'
import { signUserpost } from '../node/protocol/userpost.ts'

/** Of the network under attack: its own, so that no other devnet of this machine writes as its authors. */
export const ATTACK_SEED = 'under attack'

/** One way to lie about the chain: what is said, and how it must be refused. */
export interface ChainLie {
  readonly code: string
  readonly surprises: readonly ChainMessage[]
}

const HEAVY_BITS = 0x1c00ffff
const HEAVY_HEADERS = 500

/** All lies about the block after `tip`, each for an attacker of its own. */
export function chainLies(prev: BlockHeader, time: number): ChainLie[] {
  const singles = forgedBlocks({
    prev,
    time,
    params: networkParams('regtest', { checkpoints: false }),
    registered: 'alice',
  })
  return [
    ...singles.flatMap(({ raw, code, isIgnored }) =>
      isIgnored ? [] : [{ code, surprises: [{ command: 'block', payload: raw }] }],
    ),
    { code: 'proof-of-work-failed', surprises: [heavyHeaders(prev, time), heavyHeaders(prev, time + 1)] },
  ]
}

/** Headers that claim much more work than the honest chain has, and did none of it. */
export function heavyHeaders(tip: BlockHeader, time: number): ChainMessage {
  const headers: BlockHeader[] = []
  for (let index = 1; index <= HEAVY_HEADERS; index++) {
    const prevHash = headers.at(-1)?.hash ?? tip.hash
    const fields = { version: 2, height: tip.height + index, prevHash, merkleRoot: ZERO_HASH }
    const raw = encodeHeader({ ...fields, time: Math.floor(time) + index, bits: HEAVY_BITS, nonce: index })
    const header = parseHeader(raw)
    if (header !== undefined) headers.push(header)
  }
  return { command: 'headers', payload: encodeHeaders(headers) }
}

/** Headers with all their work on top of `tip`, whose bodies do not exist. */
export function hollowChain(tip: BlockHeader, time: number, count: number): Uint8Array[] {
  const blocks: Uint8Array[] = []
  let prev = tip
  for (let index = 1; index <= count; index++) {
    prev = mineHeader({
      version: 2,
      height: tip.height + index,
      prevHash: prev.hash,
      merkleRoot: ZERO_HASH,
      time: Math.floor(time) + index,
      bits: tip.bits,
    })
    blocks.push(concatBytes(prev.raw, utf8Encode(FORGED_MARK)))
  }
  return blocks
}

/** Values that mallory signed well, with posts inside that nobody signed. */
export function embeddedForgeries(moment: Moment): ForgedItem[] {
  const key = (name: AuthorName) => privateKeyOf(ATTACK_SEED, name, 0)
  const resource: Resource = { n: 'mallory', r: 'status', t: 's' }
  const carrying = (piece: Uint8Array): RawDhtItem => signedItem(resource, moment, piece, 'mallory', 'mallory')
  const post = (n: AuthorName, signer: AuthorName) =>
    signUserpost({ n, k: 3, ...moment, msg: `${FORGED_MARK} inside` }, key(signer))
  return [
    { resource, item: carrying(post('mallory', 'bob')), code: 'bad-userpost-signature' },
    { resource, item: carrying(post('alice', 'mallory')), code: 'expected-username' },
  ]
}

/** A value of any resource, signed by one and claimed by another. */
export function signedItem(
  resource: Resource,
  moment: Moment,
  piece: Uint8Array,
  signer: AuthorName,
  claimed: AuthorName,
): RawDhtItem {
  const p = encodeDhtP({ resource, ...moment, seq: resource.t === 's' ? 1_000_000 : undefined, v: rawBencode(piece) })
  return { p, sigP: signDigest(messageDigest(p), privateKeyOf(ATTACK_SEED, signer, 0)), sigUser: claimed }
}
