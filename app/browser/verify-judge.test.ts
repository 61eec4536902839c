import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ProofJson } from '../../verify/proof-format.ts'
import { failedStepOf, judge, type Question } from './verify-judge.ts'

const { proofs } = JSON.parse(readFileSync(new URL('../../test/vectors/proofs.json', import.meta.url), 'utf8')) as {
  proofs: Record<'post' | 'replacement' | 'retwist' | 'favourite' | 'user', ProofJson>
}
const TIME = '2014-05-13T16:53:20Z'

/** What a page asks that shows what was signed. */
function honest(name: 'post' | 'replacement' | 'retwist' | 'favourite'): Question {
  const proof = structuredClone(proofs[name])
  const words = { post: 'with the first key', replacement: 'with the second key', retwist: 'look', favourite: '' }[name]
  const innerWords = { retwist: 'with the first key', favourite: 'with the second key' }[String(name)] ?? ''
  const { n, userpost } = proof
  return { n, k: userpost?.k ?? 0, shown: { words, innerWords, time: TIME }, proof, raw: rawOf(proof) }
}

/** The piece of the swarm: "{userpost, sig_userpost}" (dht-swarm-posts.md 5.1). */
function rawOf({ userpost }: ProofJson): { piece: string } {
  const hexOf = (text: string) => Buffer.from(text).toString('hex')
  return {
    piece: `${hexOf('d12:sig_userpost65:')}${userpost?.signature}${hexOf('8:userpost')}${userpost?.bytes}${hexOf('e')}`,
  }
}

describe('an honest answer', () => {
  test.each(['post', 'replacement', 'retwist', 'favourite'] as const)('for a %s holds, step by step', (name) => {
    const verdict = judge(honest(name))
    expect(verdict.failure).toBeUndefined()
    const codes = verdict.checks.map(({ code }) => code)
    expect(codes.slice(0, 2)).toEqual(['record', 'words'])
    expect(codes).toEqual(expect.arrayContaining(['registers', 'stands-in-block', 'leads-over-checkpoint', 'signed']))
    expect(codes.includes('replaced')).toBe(name === 'replacement' || name === 'favourite')
    expect(codes.filter((code) => code === 'signed').length).toBe(name === 'retwist' || name === 'favourite' ? 2 : 1)
    expect(verdict.limits).toContain('when-written')
    expect(verdict.checkpoints).toMatchObject([{ height: 0, isUsed: true }])
    expect(verdict.isTestNetwork).toBe(true)
  })

  test('comes with the signed words as they are', () => {
    expect(judge(honest('retwist')).signedWords).toBe('look\n\nwith the first key')
  })
})

/** What a site between the reader and the record could try, and the step that says no. */
const LIES: [lie: string, tell: (question: Question) => Question, step: string][] = [
  ['other words on the page', (asked) => withShown(asked, { words: 'with the first kex' }), 'words'],
  ['words where none were signed', (asked) => withShown(asked, { innerWords: 'more' }), 'words'],
  ['no words', (asked) => withShown(asked, { words: '' }), 'words'],
  ['another time on the page', (asked) => withShown(asked, { time: '2014-05-13T16:53:21Z' }), 'words'],
  ['a proof of another post of the author', () => ({ ...honest('post'), proof: proofs.replacement }), 'record'],
  ['a proof of a post of somebody else', () => ({ ...honest('post'), proof: proofs.retwist }), 'record'],
  ['another post, with all that belongs to it', () => ({ ...honest('replacement'), k: 0 }), 'record'],
  ['a raw record with another signature', (asked) => ({ ...asked, raw: rawOf(signedOtherwise()) }), 'signature'],
  ['a proof of the name alone', () => ({ ...honest('post'), proof: proofs.user }), 'proof'],
  ['another raw record', (asked) => ({ ...asked, raw: rawOf(proofs.replacement) }), 'record'],
  ['no raw record', (asked) => ({ ...asked, raw: { title: 'gone' } }), 'record'],
  ['a page that is no JSON', (asked) => ({ ...asked, proof: undefined }), 'proof'],
  ['a changed record, in the proof and raw', (asked) => forged(asked, forgeWords), 'record'],
  ['a changed record with the digest that fits', (asked) => forged(asked, forgeWordsAndDigest), 'signature'],
  ['a signature of another post', (asked) => forged(asked, forgeSignature), 'signature'],
  ['a key that the chain never saw', (asked) => forged(asked, forgeKey), 'registration'],
  ['another transaction', (asked) => forged(asked, forgeTransaction), 'registration'],
  ['another place in the block', (asked) => forged(asked, forgeIndex), 'block'],
  ['another branch', (asked) => forged(asked, forgeBranch), 'block'],
  ['another header', (asked) => forged(asked, forgeHeader), 'headers'],
  ['a checkpoint of its own', (asked) => forged(asked, forgeCheckpoint), 'headers'],
  ['the claim to show everything', (asked) => forged(asked, forgeLimits), 'proof'],
  ['another network', (asked) => forged(asked, forgeNetwork), 'registration'],
]

describe('a site that lies is told', () => {
  test.each(LIES)('%s', (_, tell, step) => {
    const { failure, checks } = judge(tell(honest('post')))
    expect(failure?.step).toBe(step)
    expect(failure?.exactly).not.toBe('')
    expect(checks.some(({ code }) => code === 'words')).toBe(false)
  })

  test('whatever comes, nothing throws', () => {
    for (const [proof, raw] of [
      [undefined, undefined],
      ['', 0],
      [{ network: 'main', inner: [1], key: 0 }, []],
      [{ userpost: { bytes: '6465' } }, { piece: 'zz' }],
    ]) {
      expect(judge({ ...honest('post'), proof, raw }).failure).toBeDefined()
    }
  })
})

test('every part of a proof belongs to a step', () => {
  const parts = ['inner[0].key.registration.headers[3]', 'key.replaced.branch[1]', 'inner[0].key.n', 'cannotShow', 'n']
  expect(parts.map(failedStepOf)).toEqual(['headers', 'block', 'registration', 'proof', 'record'])
})

function withShown(asked: Question, shown: Partial<Question['shown']>): Question {
  return { ...asked, shown: { ...asked.shown, ...shown } }
}

/** The raw record goes along with what the proof says, as whoever forges one would see to. */
function forged(asked: Question, forge: (proof: ProofJson) => void): Question {
  const proof = structuredClone(proofs.post)
  forge(proof)
  return { ...asked, proof, raw: rawOf(proof) }
}

function partOf({ userpost }: ProofJson) {
  if (userpost === undefined) throw new Error('no post')
  return userpost
}

function forgeWords(proof: ProofJson): void {
  const [from, to] = ['first', 'worst'].map((word) => Buffer.from(word).toString('hex'))
  partOf(proof).bytes = partOf(proof).bytes.replace(from ?? '', to ?? '')
}

function forgeWordsAndDigest(proof: ProofJson): void {
  forgeWords(proof)
  const bytes = Buffer.from(partOf(proof).bytes, 'hex')
  partOf(proof).contentHash = createHash('sha256').update(bytes).digest('hex')
}

function forgeSignature(proof: ProofJson): void {
  partOf(proof).signature = proofs.replacement.userpost?.signature ?? ''
}

function signedOtherwise(): ProofJson {
  const proof = structuredClone(proofs.post)
  forgeSignature(proof)
  return proof
}

function forgeKey(proof: ProofJson): void {
  proof.key.publicKey = proofs.replacement.key.publicKey
}

function forgeTransaction(proof: ProofJson): void {
  proof.key.registration.transaction = proofs.replacement.key.registration.transaction
}

function forgeIndex(proof: ProofJson): void {
  proof.key.registration.index = 2
}

function forgeBranch(proof: ProofJson): void {
  proof.key.registration.branch.reverse()
}

function forgeHeader(proof: ProofJson): void {
  const { headers } = proof.key.registration
  const [first = ''] = headers
  headers[1] = first
}

function forgeCheckpoint(proof: ProofJson): void {
  proof.key.registration.checkpoint.hash = '00'.repeat(32)
}

function forgeLimits(proof: ProofJson): void {
  proof.cannotShow = []
}

function forgeNetwork(proof: ProofJson): void {
  proof.network = 'main'
}
