import { sha256 } from '@noble/hashes/sha2.js'
import { ArchivedChain, mustBeCheckpoint } from './archived-chain.ts'
import { parseBencode } from './bencode.ts'
import { hexOf, parseBase64, parseUtf8, Refused } from './bytes.ts'
import { checkPlace, checkTransaction } from './check-registration.ts'
import {
  type Checkpoint,
  type CheckpointList,
  holdsCheckpoint,
  NETWORKS,
  type NetworkName,
  PINNED,
  REGISTRATION_BITS,
  readCheckpoint,
} from './checkpoints.ts'
import { displayed, workHash } from './hash.ts'
import { HEADER_BYTES, parseHeader } from './header.ts'
import { listOf, oneOf, textOf, wholeOf } from './json.ts'
import { KnownKeys } from './known-keys.ts'
import {
  MAX_BAD_LINES,
  MAX_BRANCH_LENGTH,
  MAX_LINE_BYTES,
  MAX_TRANSACTION_BYTES,
  MAX_USERPOST_BYTES,
  MAX_VALUE_BYTES,
} from './limits.ts'
import { linesOf } from './lines.ts'
import { SIGNATURE_BYTES } from './signature.ts'
import { meetsTarget, workOf } from './target.ts'
import { pushesOf, registeredName } from './transaction.ts'
import { parsePiece, parseUserpost } from './userpost.ts'

export const ARCHIVE_KIND = 'windsock-export'
const ARCHIVE_VERSION = 1
const RECORD_KINDS = ['block-connected', 'registration', 'userpost', 'dht-item'] as const

export interface ArchiveReport {
  isGood: boolean
  network?: NetworkName
  counts: ArchiveCounts
  /** Posts with a good signature by a key of their author that was not the one in force at their height. */
  outOfForce: number
  bad: number
  /** The first of them. */
  badLines: { line: number; why: string }[]
  /** Absent when the last line is there, and says what was read. */
  incomplete?: string
  /** The blocks that the registrations stand in, of an archive of some users: to be compared with any node. */
  blocks: RegistrationBlock[]
  /** All of them are checkpoints that are believed; or the archive holds the whole chain. Else anybody can have made them. */
  isAnchored: boolean
  cannotShow: string[]
  checkpoints?: string
}

interface RegistrationBlock extends Checkpoint {
  /** Hashes that had to be tried for it, on average: a forger's would be few. */
  work: string
  isCheckpoint: boolean
}

interface ArchiveCounts {
  blocks: number
  registrations: number
  userposts: number
  values: number
}

/**
 * Checks an archive, of which nothing is believed: lines of JSON, as the call `archive` and `windsock export` give them.
 * `list`: the checkpoints that are believed; those pinned here if absent. A signature takes some milliseconds.
 */
export async function verifyArchive(source: AsyncIterable<Uint8Array>, list?: CheckpointList): Promise<ArchiveReport> {
  const archive = new ArchiveCheck(list)
  for await (const line of linesOf(source, MAX_LINE_BYTES)) archive.take(line)
  return archive.finish()
}

class ArchiveCheck {
  readonly #report: ArchiveReport = {
    isGood: false,
    counts: { blocks: 0, registrations: 0, userposts: 0, values: 0 },
    ...{
      outOfForce: 0,
      bad: 0,
      badLines: [],
      incomplete: 'its last line is missing',
      blocks: [],
      isAnchored: false,
      cannotShow: [],
    },
  }
  readonly #given: CheckpointList | undefined
  readonly #keys = new KnownKeys()
  readonly #blocks = new Map<string, RegistrationBlock>()
  readonly #hash = sha256.create()
  #list: CheckpointList = PINNED.main
  #chain: ArchivedChain | undefined
  #tip: Checkpoint | undefined
  #hasEnded = false
  #line = 0

  constructor(list: CheckpointList | undefined) {
    this.#given = list
  }

  /** Undefined: a line that is longer than any record. */
  take(bytes: Uint8Array | undefined): void {
    this.#line += 1
    const part = `line ${this.#line}`
    try {
      if (bytes === undefined) throw new Refused(part, 'is longer than any record')
      if (this.#hasEnded) throw new Refused(part, 'stands after the last one')
      const json = recordOf(bytes, part)
      if (this.#line === 1) this.#takeHead(json)
      else if (json['kind'] === 'end') this.#takeEnd(json)
      else this.#takeRecord(json, part)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.#report.bad += 1
      if (this.#report.badLines.length < MAX_BAD_LINES) {
        this.#report.badLines.push({ line: this.#line, why: error.message.replace(`${part}: `, '') })
      }
    }
    if (bytes !== undefined && !this.#hasEnded) this.#hash.update(bytes).update(NEWLINE)
  }

  finish(): ArchiveReport {
    const { bad, incomplete } = this.#report
    const isGood = bad === 0 && incomplete === undefined
    const ofSome = this.#chain === undefined
    const blocks = [...this.#blocks.values()]
    const isAnchored = isGood && (!ofSome || blocks.every(({ isCheckpoint }) => isCheckpoint))
    return { ...this.#report, isGood, blocks, isAnchored, cannotShow: cannotShow(ofSome) }
  }

  #takeHead(json: Record<string, unknown>): void {
    oneOf(json['kind'], 'kind', [ARCHIVE_KIND])
    oneOf(json['version'], 'version', [ARCHIVE_VERSION])
    const network = oneOf(json['network'], 'network', NETWORKS)
    this.#list = this.#given ?? PINNED[network]
    if (this.#list.network !== network)
      throw new Refused('network', `is not that of the checkpoints, ${this.#list.network}`)
    this.#tip = readCheckpoint(json['tip'], 'tip')
    if (json['users'] === undefined) this.#chain = new ArchivedChain(this.#list)
    this.#report.network = network
    this.#report.checkpoints = this.#list.source
  }

  #takeRecord(json: Record<string, unknown>, part: string): void {
    if (this.#report.network === undefined) throw new Refused(part, 'stands below a head that is none')
    const { counts } = this.#report
    switch (oneOf(json['kind'], `${part}.kind`, RECORD_KINDS)) {
      case 'block-connected':
        counts.blocks += 1
        this.#takeBlock(json, part)
        break
      case 'registration':
        counts.registrations += 1
        this.#takeRegistration(json, part)
        break
      case 'userpost':
        counts.userposts += 1
        this.#takeUserpost(json, part)
        break
      case 'dht-item':
        counts.values += 1
        this.#takeValue(json, part)
    }
  }

  #takeBlock(json: Record<string, unknown>, part: string): void {
    if (this.#chain === undefined) throw new Refused(part, 'has no place in an archive of some users')
    const { header, transactions } = this.#chain.add(bytesOf(json['raw'], `${part}.raw`, MAX_LINE_BYTES), part)
    for (const tx of transactions.slice(1)) {
      const [n, publicKey] = [registeredName(tx), pushesOf(tx.pubKey)?.[0]]
      if (n !== undefined && publicKey !== undefined) this.#keys.add(n, header.height, publicKey)
    }
  }

  /** The work is that of the block alone: whether the block is on the best chain, a node must say. */
  #takeRegistration(json: Record<string, unknown>, part: string): void {
    const txBits = REGISTRATION_BITS[this.#list.network]
    const n = textOf(json['username'], `${part}.username`, /^[a-z0-9_]{1,16}$/)
    const header = parseHeader(bytesOf(json['header'], `${part}.header`, HEADER_BYTES))
    if (header === undefined) throw new Refused(`${part}.header`, 'is no header')
    if (header.height !== json['height'])
      throw new Refused(`${part}.height`, `is not that of the header, ${header.height}`)
    const transaction = bytesOf(json['transaction'], `${part}.transaction`, MAX_TRANSACTION_BYTES)
    const { tx, pushes } = checkTransaction(transaction, n, `${part}.transaction`, txBits)
    const place = {
      index: wholeOf(json['index'], `${part}.index`, 2 ** MAX_BRANCH_LENGTH),
      branch: listOf(json['branch'], `${part}.branch`, MAX_BRANCH_LENGTH, (one, at) => bytesOf(one, at, 32)),
    }
    checkPlace(tx, place, header, part, txBits)
    if (!meetsTarget(workHash(header.raw), header.bits)) throw new Refused(`${part}.header`, 'has not its work')
    mustBeCheckpoint(header, this.#list, `${part}.header`)
    const block = { height: header.height, hash: displayed(header.hash) }
    const isCheckpoint = holdsCheckpoint(this.#list, block)
    this.#blocks.set(block.hash, { ...block, work: String(workOf(header.bits)), isCheckpoint })
    this.#keys.add(n, header.height, pushes[0] ?? new Uint8Array(0))
  }

  #takeUserpost(json: Record<string, unknown>, part: string): void {
    const signed = parsePiece(bytesOf(json['piece'], `${part}.piece`, MAX_USERPOST_BYTES))
    const post = signed && parseUserpost(signed.bytes)
    if (signed === undefined || post === undefined) throw new Refused(`${part}.piece`, 'is no signed userpost')
    if (post.n !== json['username'] || post.k !== json['k']) {
      throw new Refused(part, `is not the post that is signed, ${JSON.stringify(post.n.slice(0, 40))} ${post.k}`)
    }
    const all = [{ ...signed, n: post.n, height: post.height }, ...post.inner]
    const signers = all.map(({ n, bytes, signature, height }) => this.#keys.signerOf(n, bytes, signature, height))
    const unsigned = all[signers.indexOf('nobody')]
    if (unsigned !== undefined) throw new Refused(`${part}.piece`, `is not signed by a key of ${unsigned.n}`)
    if (signers.includes('other-key')) this.#report.outOfForce += 1
  }

  #takeValue(json: Record<string, unknown>, part: string): void {
    const p = bytesOf(json['p'], `${part}.p`, MAX_VALUE_BYTES)
    const signature = bytesOf(json['sigP'], `${part}.sigP`, SIGNATURE_BYTES)
    const n = textOf(json['sigUser'], `${part}.sigUser`, /^[a-z0-9_]{1,16}$/)
    if (parseBencode(p)?.kind !== 'dict') throw new Refused(`${part}.p`, 'is no dict in canonical bencoding')
    if (this.#keys.signerOf(n, p, signature, undefined) === 'nobody') {
      throw new Refused(`${part}.sigP`, `is not signed by a key of ${n}`)
    }
  }

  #takeEnd(json: Record<string, unknown>): void {
    this.#hasEnded = true
    const isCounted = Object.entries(this.#report.counts).every(([name, count]) => json[name] === count)
    if (!isCounted) this.#report.incomplete = 'it holds other numbers of records than its last line says'
    else if (json['sha256'] !== hexOf(this.#hash.digest())) this.#report.incomplete = 'its sha256 is another'
    else this.#report.incomplete = undefined
    if (this.#tip !== undefined) this.#chain?.checkTip(this.#tip.height, this.#tip.hash)
  }
}

const NEWLINE = Uint8Array.of(10)

function recordOf(bytes: Uint8Array, part: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(parseUtf8(bytes) ?? '')
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>
  } catch {
    // Told below, as of any other thing that is no record.
  }
  throw new Refused(part, 'is no record')
}

function bytesOf(value: unknown, part: string, maxBytes: number): Uint8Array {
  const bytes = typeof value === 'string' && value.length <= (maxBytes * 4) / 3 + 4 ? parseBase64(value) : undefined
  if (bytes === undefined || bytes.length > maxBytes)
    throw new Refused(part, `is not up to ${maxBytes} bytes in base64`)
  return bytes
}

/** What no archive can show, in words for people. */
function cannotShow(ofSome: boolean): string[] {
  return [
    ofSome
      ? 'That the blocks in which the registrations stand are on the best chain: anybody can make a block of little work. Compare them with any node, or ask for the proof of a key.'
      : 'That no other chain has more work: compare the last block with any node.',
    'That nothing was left out: other posts, and other registrations.',
    'When posts were written, and where from they came: that is what their author, or who made the archive, says.',
  ]
}
