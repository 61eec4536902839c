import { hexOf, parseHex } from '../../verify/bytes.ts'
import type { Check, CheckCode } from '../../verify/check-registration.ts'
import { PINNED } from '../../verify/checkpoints.ts'
import type { LimitCode } from '../../verify/proof-format.ts'
import { parsePiece, parseUserpost, type Userpost } from '../../verify/userpost.ts'
import { verifyProof } from '../../verify/verify-proof.ts'
import { shownText } from '../_lib/shown-text.ts'

/** What the page claims, and what its site answered: nothing of it is believed. */
export interface Question {
  n: string
  k: number
  shown: ShownPost
  /** Of the calls /posts/{n}/{k}/proof and /raw. */
  proof: unknown
  raw: unknown
}

/** What the reader has before the eyes. */
export interface ShownPost {
  words: string
  /** Of the post inside of a retwist or a favourite. */
  innerWords: string
  /** ISO 8601; empty where the page shows none. */
  time: string
}

export interface Verdict {
  /** What held, in the order in which it was checked. */
  checks: Held[]
  /** What did not: in which step, and exactly. */
  failure?: { step: FailedStep; exactly: string }
  limits: PostLimit[]
  /** All that is believed, and what was needed of it. */
  checkpoints: { height: number; hash: string; isUsed: boolean }[]
  isTestNetwork: boolean
  /** The words that were signed, as they were. */
  signedWords: string
}

interface Held {
  code: CheckCode | 'words'
  values: Check['values']
}

/** What no proof of a post can show. */
export type PostLimit = Exclude<LimitCode, 'replaced-since'>

export type FailedStep = 'record' | 'words' | 'signature' | 'registration' | 'block' | 'headers' | 'proof'

/** Pure: the same verdict on every device. */
export function judge({ n, k, shown, proof, raw }: Question): Verdict {
  const network = textAt(proof, 'network')
  const verdict: Verdict = {
    checks: [],
    limits: [],
    checkpoints: checkpointsOf(network, proof),
    isTestNetwork: network !== 'main',
    signedWords: '',
  }
  const failed = (part: string, why: string): Verdict => {
    return { ...verdict, failure: { step: failedStepOf(part), exactly: `${part} ${why}` } }
  }
  const claimed = partAt(proof, 'userpost')
  const bytes = parseHex(textAt(claimed, 'bytes'))
  const post = bytes && parseUserpost(bytes)
  if (post !== undefined) {
    verdict.signedWords = allWords(post)
    if (post.n !== n || post.k !== k) return failed('userpost', `is ${post.n}/${post.k}, and not ${n}/${k}`)
    const piece = parsePiece(parseHex(textAt(raw, 'piece')) ?? new Uint8Array(0))
    if (piece === undefined || hexOf(piece.bytes) !== textAt(claimed, 'bytes')) {
      return failed('userpost.bytes', 'are not those of the raw record')
    }
    if (hexOf(piece.signature) !== textAt(claimed, 'signature')) {
      return failed('userpost.signature', 'is not that of the raw record')
    }
  }
  const report = verifyProof(proof)
  verdict.checks = report.checks
  verdict.limits = report.limits.filter((limit) => limit !== 'replaced-since')
  if (report.failure !== undefined) return failed(report.failure.part, report.failure.why)
  // A proof of a name alone holds, and proves nothing of a post.
  if (post === undefined) return failed('of', 'is not userpost')
  const difference = differenceBetween(shown, post)
  if (difference !== undefined) return failed('page', difference)
  verdict.checks.splice(1, 0, { code: 'words', values: {} })
  return verdict
}

/** The site could show other words than it has a proof of. Undefined: it does not. */
function differenceBetween({ words, innerWords, time }: ShownPost, post: Userpost): string | undefined {
  if (!isSameText(words, shownText(post.text))) return 'shows other words'
  if (!isSameText(innerWords, post.inner.map(({ text }) => shownText(text)).join(''))) {
    return 'shows other words of the post inside'
  }
  const signed = post.time === undefined ? Number.NaN : post.time * 1000
  return time === '' || Date.parse(time) === signed ? undefined : 'shows another time'
}

/** Blanks, and characters that HTML cannot hold, are nothing that a reader sees. */
function isSameText(a: string, b: string): boolean {
  return seen(a) === seen(b)
}

function seen(text: string): string {
  return text.replace(/[\s\p{Cc}\ufffd]/gu, '')
}

function allWords({ text, inner }: Userpost): string {
  return [text, ...inner.map((one) => one.text)].filter((words) => words !== '').join('\n\n')
}

function checkpointsOf(network: string, proof: unknown): Verdict['checkpoints'] {
  if (network !== 'main' && network !== 'regtest') return []
  const inner = partAt(proof, 'inner')
  const keys = [proof, ...(Array.isArray(inner) ? inner : [])].map((one) => partAt(one, 'key'))
  const registrations = keys.flatMap((key) => [partAt(key, 'registration'), partAt(key, 'replaced')])
  const used = new Set(registrations.map((one) => textAt(partAt(one, 'checkpoint'), 'hash')))
  return PINNED[network].items.map(({ height, hash }) => ({ height, hash, isUsed: used.has(hash) }))
}

/** The step that a part of a proof belongs to. */
export function failedStepOf(part: string): FailedStep {
  if (part === 'page') return 'words'
  if (/(signature|sig_rt|sig_fav)$/.test(part)) return 'signature'
  if (/\.(headers|checkpoint|confirmedBy|blockHash)\b/.test(part)) return 'headers'
  if (/\.(branch|index)\b/.test(part)) return 'block'
  if (/\bkey\b/.test(part)) return 'registration'
  return /^(n$|userpost\b)/.test(part) ? 'record' : 'proof'
}

function partAt(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function textAt(value: unknown, name: string): string {
  const found = partAt(value, name)
  return typeof found === 'string' ? found : ''
}
