import { hexOf, isEqual, Refused } from './bytes.ts'
import { checkWork } from './check-headers.ts'
import { type Check, checkKey, type MinedHeaders } from './check-registration.ts'
import { type CheckpointList, PINNED } from './checkpoints.ts'
import { messageDigest, sha256 } from './hash.ts'
import {
  cannotShow,
  type KeyProof,
  type LimitCode,
  limitsOf,
  type Proof,
  readProof,
  type SignedPart,
} from './proof-format.ts'
import { isSignedBy } from './signature.ts'
import { parseUserpost, type Userpost } from './userpost.ts'

export interface ProofReport {
  isGood: boolean
  /** What it shows, in one sentence; absent when it shows nothing. */
  shows?: string
  /** What held, in the order in which it was checked. */
  checks: Check[]
  /** What did not. */
  failure?: { part: string; why: string }
  /** What such a proof cannot show: in English, and as codes. */
  cannotShow: string[]
  limits: LimitCode[]
  /** The list of checkpoints that was used: everything hangs on it. */
  checkpoints?: string
}

/**
 * Checks a proof, of which nothing is believed. `list`: the checkpoints that are believed; those pinned here if absent.
 * Of 1000 headers above a checkpoint it takes half a second.
 */
export function verifyProof(json: unknown, list?: CheckpointList): ProofReport {
  const report: ProofReport = { isGood: false, checks: [], cannotShow: [], limits: [] }
  try {
    const proof = readProof(json)
    const used = list ?? PINNED[proof.network]
    report.checkpoints = used.source
    const shows = checkProof(proof, used, report.checks)
    return { ...report, isGood: true, shows, cannotShow: proof.cannotShow, limits: limitsOf(proof) }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { ...report, failure: { part: error.part, why: error.why } }
  }
}

function checkProof(proof: Proof, list: CheckpointList, checks: Check[]): string {
  if (proof.network !== list.network) throw new Refused('network', `is not that of the checkpoints, ${list.network}`)
  // A proof may not claim to show more than it can.
  const sentences = cannotShow(proof)
  const isSaid =
    sentences.length === proof.cannotShow.length && sentences.every((one, at) => one === proof.cannotShow[at])
  if (!isSaid) throw new Refused('cannotShow', 'does not say what such a proof cannot show')
  if (proof.key.n !== proof.n) throw new Refused('key.n', `is not ${proof.n}`)
  const post = proof.userpost && readPost(proof, proof.userpost)
  if (proof.userpost !== undefined) checks.push(checkOfRecord(proof.userpost))
  const mined: MinedHeaders[] = []
  const add = (key: KeyProof, part: string) => {
    const found = checkKey(key, part, list)
    checks.push(...found.checks)
    mined.push(...found.mined)
  }
  add(proof.key, 'key')
  for (const [at, { key }] of proof.inner.entries()) add(key, `inner[${at}].key`)
  if (proof.userpost !== undefined && post !== undefined) checkSignatures(proof, proof.userpost, post, checks)
  for (const { part, headers } of mined) {
    if (headers.length === 0) continue
    const work = checkWork(headers, part)
    checks.push({
      part,
      words: `${headers.length - 1} blocks above the checkpoint have their work: ${work} hashes`,
      code: 'worked',
      values: { count: headers.length - 1, work: String(work) },
    })
  }
  return sentenceOf(proof, post)
}

/** That the signed bytes are of the post that the proof says it is of. */
function readPost({ n, inner }: Proof, part: SignedPart): Userpost {
  if (!isEqual(sha256(part.bytes), part.contentHash)) {
    throw new Refused('userpost.bytes', `have not the SHA-256 ${hexOf(part.contentHash)}`)
  }
  const post = parseUserpost(part.bytes)
  if (post === undefined) throw new Refused('userpost.bytes', 'are no userpost in canonical bencoding')
  if (post.n !== n) throw new Refused('n', `is not the author, ${JSON.stringify(post.n.slice(0, 40))}`)
  if (post.k !== part.k) throw new Refused('userpost.k', `is not the number in the signed bytes, ${post.k}`)
  if (post.height !== part.height)
    throw new Refused('userpost.height', `is not that in the signed bytes, ${post.height}`)
  if (post.inner.length !== inner.length) throw new Refused('inner', `are not the ${post.inner.length} posts inside`)
  for (const [at, { member, n: author }] of post.inner.entries()) {
    if (inner[at]?.member !== member) throw new Refused(`inner[${at}].member`, `is not ${member}`)
    if (inner[at]?.key.n !== author) throw new Refused(`inner[${at}].key.n`, 'is not the author of the post inside')
  }
  return post
}

function checkOfRecord({ bytes, contentHash }: SignedPart): Check {
  const hash = hexOf(contentHash)
  const words = `the ${bytes.length} signed bytes have the SHA-256 ${hash}`
  return { part: 'userpost.bytes', words, code: 'record', values: { count: bytes.length, hash } }
}

function checkSignatures(proof: Proof, part: SignedPart, post: Userpost, checks: Check[]): void {
  mustBeSigned(proof.key, post.height, part.bytes, part.signature, 'userpost.signature', 'key')
  checks.push({
    part: 'userpost.signature',
    words: `${post.n} signed the ${part.bytes.length} bytes of number ${post.k}`,
    code: 'signed',
    values: { n: post.n, k: post.k, key: hexOf(proof.key.publicKey) },
  })
  for (const [at, { member, n, k, height, bytes, signature }] of post.inner.entries()) {
    const key = proof.inner[at]?.key
    if (key === undefined) continue
    const where = `userpost.bytes.sig_${member}`
    mustBeSigned(key, height, bytes, signature, where, `inner[${at}].key`)
    checks.push({
      part: where,
      words: `${n} signed the ${bytes.length} bytes of number ${k}`,
      code: 'signed',
      values: { n, k, key: hexOf(key.publicKey) },
    })
  }
}

/** "key of n valid at the post's own height" (dht-swarm-posts.md 1.2). */
function mustBeSigned(
  { publicKey, registration }: KeyProof,
  height: number,
  bytes: Uint8Array,
  signature: Uint8Array,
  part: string,
  keyPart: string,
): void {
  if (registration.height > height) {
    throw new Refused(`${keyPart}.registration.height`, `is above that of the post, ${height}`)
  }
  if (!isSignedBy(messageDigest(bytes), signature, publicKey)) {
    throw new Refused(part, `was not made over these bytes with the key ${hexOf(publicKey)}`)
  }
}

function sentenceOf({ n, key }: Proof, post: Userpost | undefined): string {
  const given = `the block at height ${key.registration.height} gave the key ${hexOf(key.publicKey)} to ${n}`
  return post === undefined ? given : `${n} signed post ${post.k} for height ${post.height}; ${given}`
}
