import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { PINNED, parseCheckpointList } from './checkpoints.ts'
import { cannotShow, type ProofJson } from './proof-format.ts'
import { type ProofReport, verifyProof } from './verify-proof.ts'

interface Vectors {
  proofs: Record<'post' | 'replacement' | 'retwist' | 'favourite' | 'user' | 'above', ProofJson>
  checkpoints: object
}

/** Made by the API over a chain of regtest; test/index-proofs.test.ts holds that it still makes them. */
const vectors = JSON.parse(readFileSync(new URL('../test/vectors/proofs.json', import.meta.url), 'utf8')) as Vectors
const list = parseCheckpointList(vectors.checkpoints, 'of this test')
if (typeof list === 'string') throw new Error(list)

/** The proof from a checkpoint above stands on a list of its own. */
function verify(name: string, proof: unknown): ProofReport {
  return verifyProof(proof, name === 'above' && typeof list !== 'string' ? list : undefined)
}

interface Leaf {
  path: string
  value: unknown
  set: (value: unknown) => void
}

/** Every text and number of a proof, with a way to put another in its place. */
function leavesOf(value: object, path = ''): Leaf[] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
    const own = Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`
    if (typeof part === 'object' && part !== null) return leavesOf(part, own)
    return [{ path: own, value: part, set: (other: unknown) => Reflect.set(value, name, other) }]
  })
}

/** Each byte with one bit changed; each text with one character changed; each number with its neighbours. */
function* alterations(value: unknown): Generator<unknown> {
  if (typeof value === 'number') {
    yield value + 1
    yield value - 1
    return
  }
  const text = String(value)
  const isHex = /^(?:[0-9a-f]{2}){4,}$/.test(text)
  const step = isHex ? 2 : 1
  for (let at = 0; at < text.length; at += step) {
    const part = text.slice(at, at + step)
    const bit = 1 << ((at / step) % (isHex ? 8 : 7))
    const other = isHex
      ? (Number.parseInt(part, 16) ^ bit).toString(16).padStart(2, '0')
      : String.fromCharCode(part.charCodeAt(0) ^ bit)
    yield text.slice(0, at) + other + text.slice(at + step)
  }
}

/** What may be named instead of the part itself: that which it is compared with. */
const COMPARED: readonly (readonly [part: RegExp, named: RegExp])[] = [
  [/^userpost\.contentHash$/, /^userpost\.bytes$/],
  [/\.txid$/, /\.transaction$/],
  [/\.(?:blockHash|confirmedBy\.\w+|height)$/, /\.(?:headers(?:\[-?\d+\])?|confirmedBy)$|^userpost\.height$/],
  [/\.checkpoint\.\w+$/, /\.(?:checkpoint|headers|confirmedBy)$/],
  [/\.headers\[\d+\]$/, /\.headers(?:\[\d+\])?$/],
  [/\.branch\[\d+\]$/, /\.(?:branch|index)$/],
  [/\.index$/, /\.branch$/],
  [/\.kind$/, /\.replaced$/],
  [/^cannotShow\[\d+\]$/, /^cannotShow$/],
  [/^network$/, /^(?:network|checkpoint)/],
  [/^of$/, /^proof/],
  [/^n$/, /^key\.n$/],
  [/^key\.n$/, /^key\.registration\.transaction$/],
]

function isNamed(path: string, named: string | undefined): boolean {
  if (named === undefined) return false
  const where = path.slice(0, path.lastIndexOf('.') + 1)
  const isInPlace = named.startsWith(where.replace(/(?:registration|replaced)\.(?:\w+\.)?$/, ''))
  return named === path || (isInPlace && COMPARED.some(([part, other]) => part.test(path) && other.test(named)))
}

describe.each(Object.entries(vectors.proofs))('the proof %s', (name, proof) => {
  test('is good, and says what it shows and what it cannot', () => {
    const report = verify(name, proof)
    expect(report).toMatchObject({ isGood: true, cannotShow: proof.cannotShow })
    expect(report.shows).toContain(proof.key.publicKey)
    expect(report.checks.length).toBeGreaterThan(2)
  })

  test('is refused with any byte of any part changed, and the part is named', () => {
    const copy = structuredClone(proof)
    const leaves = leavesOf(copy)
    expect(leaves.length).toBeGreaterThan(15)
    for (const { path, value, set } of leaves) {
      for (const other of alterations(value)) {
        set(other)
        const { isGood, failure } = verify(name, copy)
        if (isGood || !isNamed(path, failure?.part)) {
          throw new Error(`${path}: ${String(other)} instead of ${String(value)}: ${JSON.stringify(failure)}`)
        }
      }
      set(value)
    }
    expect(verify(name, copy).isGood).toBe(true)
  })

  test('is refused with any part missing, or with one more', () => {
    const paths = (value: object): object[] => [
      value,
      ...Object.values(value).flatMap((part: unknown) =>
        typeof part === 'object' && part !== null ? paths(part) : [],
      ),
    ]
    const copy = structuredClone(proof)
    for (const part of paths(copy)) {
      for (const [field, value] of Object.entries(part)) {
        if (Array.isArray(part)) continue
        Reflect.deleteProperty(part, field)
        expect([field, verify(name, copy).isGood]).toEqual([field, false])
        Reflect.set(part, field, value)
      }
      const one = Array.isArray(part) ? part.length : 'more'
      Reflect.set(part, one, '00')
      expect(verify(name, copy).isGood).toBe(false)
      if (Array.isArray(part)) part.pop()
      else Reflect.deleteProperty(part, one)
    }
    expect(verify(name, copy).isGood).toBe(true)
  })
})

test('everything hangs on the list of checkpoints that is believed, which the report names', () => {
  const { above, post } = vectors.proofs
  if (typeof list === 'string') throw new Error(list)
  expect(verifyProof(above, list)).toMatchObject({ isGood: true, checkpoints: 'of this test' })
  expect(verifyProof(above)).toMatchObject({ isGood: false, failure: { part: 'key.registration.checkpoint' } })
  expect(verifyProof(post)).toMatchObject({ isGood: true, checkpoints: PINNED.regtest.source })
  expect(verifyProof(post, list).failure?.part).toBe('key.registration.checkpoint')
  expect(verifyProof(post, PINNED.main).failure?.part).toBe('network')
})

test('a list of checkpoints is read as an instance gives it, and no other way', () => {
  const { network, items } = PINNED.main
  expect(parseCheckpointList({ network, items }, 'own')).toEqual({ network, items, source: 'own' })
  expect(parseCheckpointList({ network, items: [...items].reverse() }, 'own')).toContain('is no rising list')
  expect(parseCheckpointList({ network, items: [] }, 'own')).toContain('is no rising list')
  expect(parseCheckpointList({ network: 'test', items }, 'own')).toContain('checkpoints.network')
  expect(parseCheckpointList({ network, items: [{ height: 0, hash: 'AB'.repeat(32) }] }, 'own')).toContain(
    'items[0].hash',
  )
  expect(parseCheckpointList([], 'own')).toContain('is no object')
})

test('the key of another height proves nothing', () => {
  // The first key of alice, under her second post, and the other way round.
  const { post, replacement } = vectors.proofs
  const mixed = (one: ProofJson, other: ProofJson) =>
    verifyProof({ ...one, key: other.key, cannotShow: cannotShow({ of: 'userpost', key: other.key }) }).failure
  expect(mixed(replacement, post)?.part).toBe('userpost.signature')
  expect(mixed(post, replacement)?.part).toBe('key.registration.height')
})
