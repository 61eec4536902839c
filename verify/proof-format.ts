import { type Checkpoint, NETWORKS, type NetworkName, readCheckpoint } from './checkpoints.ts'
import { HEADER_BYTES } from './header.ts'
import { fieldsOf, hexBytesOf, listOf, oneOf, textOf, wholeOf } from './json.ts'
import { MAX_BRANCH_LENGTH, MAX_HEADERS, MAX_INT31, MAX_TRANSACTION_BYTES, MAX_USERPOST_BYTES } from './limits.ts'
import { SIGNATURE_BYTES } from './signature.ts'

export const PROOF_KIND = 'windsock-proof'
export const PROOF_VERSION = 1

/** Bytes are lower-case hex; hashes of blocks and transactions are as displayed, reversed. */
export interface ProofJson {
  kind: typeof PROOF_KIND
  version: typeof PROOF_VERSION
  network: NetworkName
  /** What it is of: a post, with its signature; or a name, with the key it holds. */
  of: 'userpost' | 'user'
  n: string
  userpost?: SignedPartJson
  key: KeyJson
  /** Posts inside of it are signed by their own authors: of which member of the signed dict, and the author's key. */
  inner?: InnerJson[]
  /** Sentences for people; those of cannotShow(), no others. */
  cannotShow: string[]
}

export interface SignedPartJson {
  k: number
  height: number
  /** SHA-256 of `bytes`. */
  contentHash: string
  /** The bencoded dict that the signature is over. */
  bytes: string
  signature: string
}

export interface InnerJson {
  member: 'rt' | 'fav'
  key: KeyJson
}

/** The key of a name, and the transaction that gave it to it. */
export interface KeyJson {
  n: string
  /** The first push of the transaction's pubKey script. */
  publicKey: string
  registration: RegistrationJson
  /** What a replacement replaced: the key that signed the new one. */
  replaced?: RegistrationJson
}

export interface RegistrationJson {
  kind: 'registration' | 'replacement'
  height: number
  blockHash: string
  txid: string
  transaction: string
  /** Place in the block, and the partners from there up to the merkle root. */
  index: number
  branch: string[]
  checkpoint: Checkpoint
  /**
   * One header each height, 84 bytes, rising: from this block up to a checkpoint above it; or from a checkpoint below it
   * over this block up to `confirmedBy`.
   */
  headers: string[]
  confirmedBy?: Checkpoint
}

export interface Proof {
  network: NetworkName
  of: 'userpost' | 'user'
  n: string
  userpost: SignedPart | undefined
  key: KeyProof
  inner: InnerProof[]
  cannotShow: string[]
}

export interface InnerProof {
  member: 'rt' | 'fav'
  key: KeyProof
}

export interface SignedPart {
  k: number
  height: number
  contentHash: Uint8Array
  bytes: Uint8Array
  signature: Uint8Array
}

export interface KeyProof {
  n: string
  publicKey: Uint8Array
  registration: RegistrationProof
  replaced: RegistrationProof | undefined
}

export interface RegistrationProof {
  kind: 'registration' | 'replacement'
  height: number
  blockHash: string
  txid: string
  transaction: Uint8Array
  index: number
  branch: Uint8Array[]
  checkpoint: Checkpoint
  headers: Uint8Array[]
  confirmedBy: Checkpoint | undefined
}

const NAME = /^[a-z0-9_]{1,16}$/
const DISPLAYED_HASH = /^[0-9a-f]{64}$/

const MAX_SENTENCES = 20

/** Foreign JSON, its shape alone. Throws Refused. */
export function readProof(json: unknown): Proof {
  const isPost = typeof json === 'object' && json !== null && 'of' in json && json.of === 'userpost'
  const required = ['kind', 'version', 'network', 'of', 'n', 'key', 'cannotShow', ...(isPost ? ['userpost'] : [])]
  const fields = fieldsOf(json, 'proof', required, isPost ? ['inner'] : [])
  oneOf(fields['kind'], 'kind', [PROOF_KIND])
  oneOf(fields['version'], 'version', [PROOF_VERSION])
  return {
    network: oneOf(fields['network'], 'network', NETWORKS),
    of: oneOf(fields['of'], 'of', ['userpost', 'user'] as const),
    n: textOf(fields['n'], 'n', NAME),
    userpost: isPost ? readSignedPart(fields['userpost']) : undefined,
    key: readKey(fields['key'], 'key'),
    inner: listOf(fields['inner'] ?? [], 'inner', INNER_MEMBERS.length, readInner),
    cannotShow: listOf(fields['cannotShow'], 'cannotShow', MAX_SENTENCES, (item, part) => textOf(item, part, /^.*$/)),
  }
}

function readSignedPart(value: unknown): SignedPart {
  const fields = fieldsOf(value, 'userpost', ['k', 'height', 'contentHash', 'bytes', 'signature'])
  return {
    k: wholeOf(fields['k'], 'userpost.k', MAX_INT31),
    height: wholeOf(fields['height'], 'userpost.height', MAX_INT31),
    contentHash: hexBytesOf(fields['contentHash'], 'userpost.contentHash', 32, 32),
    bytes: hexBytesOf(fields['bytes'], 'userpost.bytes', 1, MAX_USERPOST_BYTES),
    signature: hexBytesOf(fields['signature'], 'userpost.signature', SIGNATURE_BYTES, SIGNATURE_BYTES),
  }
}

const INNER_MEMBERS = ['rt', 'fav'] as const

function readInner(value: unknown, part: string): InnerProof {
  const fields = fieldsOf(value, part, ['member', 'key'])
  return {
    member: oneOf(fields['member'], `${part}.member`, INNER_MEMBERS),
    key: readKey(fields['key'], `${part}.key`),
  }
}

function readKey(value: unknown, part: string): KeyProof {
  const fields = fieldsOf(value, part, ['n', 'publicKey', 'registration'], ['replaced'])
  return {
    n: textOf(fields['n'], `${part}.n`, NAME),
    publicKey: hexBytesOf(fields['publicKey'], `${part}.publicKey`, 0, MAX_TRANSACTION_BYTES),
    registration: readRegistration(fields['registration'], `${part}.registration`),
    replaced: fields['replaced'] === undefined ? undefined : readRegistration(fields['replaced'], `${part}.replaced`),
  }
}

const REGISTRATION_FIELDS = [
  'kind',
  'height',
  'blockHash',
  'txid',
  'transaction',
  'index',
  'branch',
  'checkpoint',
  'headers',
]

function readRegistration(value: unknown, part: string): RegistrationProof {
  const fields = fieldsOf(value, part, REGISTRATION_FIELDS, ['confirmedBy'])
  const confirmedBy = fields['confirmedBy']
  return {
    kind: oneOf(fields['kind'], `${part}.kind`, ['registration', 'replacement'] as const),
    height: wholeOf(fields['height'], `${part}.height`, MAX_INT31),
    blockHash: textOf(fields['blockHash'], `${part}.blockHash`, DISPLAYED_HASH),
    txid: textOf(fields['txid'], `${part}.txid`, DISPLAYED_HASH),
    transaction: hexBytesOf(fields['transaction'], `${part}.transaction`, 1, MAX_TRANSACTION_BYTES),
    index: wholeOf(fields['index'], `${part}.index`, 2 ** MAX_BRANCH_LENGTH),
    branch: listOf(fields['branch'], `${part}.branch`, MAX_BRANCH_LENGTH, (item, at) => hexBytesOf(item, at, 32, 32)),
    checkpoint: readCheckpoint(fields['checkpoint'], `${part}.checkpoint`),
    headers: listOf(fields['headers'], `${part}.headers`, MAX_HEADERS, (item, at) =>
      hexBytesOf(item, at, HEADER_BYTES, HEADER_BYTES),
    ),
    confirmedBy: confirmedBy === undefined ? undefined : readCheckpoint(confirmedBy, `${part}.confirmedBy`),
  }
}

interface Provable {
  of: 'userpost' | 'user'
  key: ProvableKey
  inner?: readonly { key: ProvableKey }[] | undefined
}

interface ProvableKey {
  registration: { confirmedBy?: Checkpoint | undefined }
  replaced?: { confirmedBy?: Checkpoint | undefined } | undefined
}

/** What no proof of this kind can show, in words for people. */
export function cannotShow(provable: Provable): string[] {
  return limitsOf(provable).map((code) => LIMITS[code])
}

/** The same as codes, for who says it in another language. */
export function limitsOf({ of, key, inner = [] }: Provable): LimitCode[] {
  const keys = [key, ...inner.map((one) => one.key)]
  const registrations = keys.flatMap(({ registration, replaced }) => [registration, replaced ?? registration])
  const isPost = of === 'userpost'
  return [
    isPost ? 'replaced-before' : 'replaced-since',
    'best-chain',
    'name-was-free',
    ...(keys.some(({ replaced }) => replaced !== undefined) ? (['replaced-twice'] as const) : []),
    ...(registrations.some(({ confirmedBy }) => confirmedBy !== undefined) ? (['other-chain'] as const) : []),
    ...(inner.length > 0 ? (['inside-inner'] as const) : []),
    ...(isPost ? (['when-written', 'only-post'] as const) : []),
  ]
}

export type LimitCode = keyof typeof LIMITS

const LIMITS = {
  'replaced-before':
    'That the key was not replaced between its registration and the height that the post says: for that one needs every block between them.',
  'replaced-since': 'That the key was not replaced after its registration: for that one needs every block since.',
  'best-chain': 'That the checkpoint is on the best chain: compare its height and its hash with any node.',
  'name-was-free':
    'That the name was free, and the block kept every other rule: that is what the nodes checked that built on it.',
  'replaced-twice': 'How the key that was replaced came to the name, if it had replaced another one before.',
  'other-chain':
    'That no other chain has more work than the blocks above the checkpoint: compare the last of them with any node.',
  'inside-inner':
    'Who wrote what stands inside of the post inside: as in all of twister, nobody looks at that signature.',
  'when-written': 'When it was written: time and height are what the author says.',
  'only-post': 'That it is the only post with its number, or that nothing else was written.',
} as const
