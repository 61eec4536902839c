import { describe, expect, test } from 'vitest'
import { namesOf, RECORDED_NOW, recordedNames } from '../../../test/recorded-names.ts'
import vectors from '../../../test/vectors/dht.json' with { type: 'json' }
import recorded from '../../../test/vectors/recordings-dht.json' with { type: 'json' }
import users from '../../../test/vectors/recordings-users.json' with { type: 'json' }
import { rawBencode } from '../bencode.ts'
import { hexToBytes } from '../bytes.ts'
import { type DhtFields, type DhtItem, encodeDhtItem, parseDhtItem } from '../dht-item.ts'
import type { Resource } from '../dht-target.ts'
import type { NameView } from '../name-view.ts'
import { parseUsername, type Username } from '../username.ts'
import { signUserpost } from '../userpost.ts'
import type { Verdict } from '../verdict.ts'
import { checkDhtItem, putErrorText } from './check-dht-item.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const name = (text: string): Username => parseUsername(text) as Username
const codeOf = (verdict: Verdict): string => (verdict.kind === 'accept' ? 'accept' : `${verdict.kind} ${verdict.code}`)
const view = recordedNames()
const alice = name('alice')
const aliceKey = bytes(users.alice.privkey)

const values = recorded.flatMap(({ n, r, t, values }) =>
  values.map(({ p_bencoded_hex, sig_p, sig_user }) => ({
    label: `${n}/${r}/${t} by ${sig_user}`,
    asked: { n, r, t: t === 's' ? 's' : 'm' } satisfies Resource as Resource,
    item: parseDhtItem({ p: bytes(p_bencoded_hex), sigP: bytes(sig_p), sigUser: sig_user }),
  })),
)

describe('values that the reference served', () => {
  test.each(values)('$label', ({ item, asked }) => {
    expect(item && codeOf(checkDhtItem(item, view, RECORDED_NOW, 'read', asked))).toBe('accept')
    expect(item && codeOf(checkDhtItem(item, view, RECORDED_NOW, 'store'))).toBe('accept')
  })

  test('synthetic ones', () => {
    const keys = { alice: bytes(vectors.keys.synthetic_alice.pub_compressed) }
    for (const { p_bencoded_hex, sig_p, sig_user } of vectors.dht_values_synthetic) {
      const item = parseDhtItem({ p: bytes(p_bencoded_hex), sigP: bytes(sig_p), sigUser: sig_user })
      expect(item && codeOf(checkDhtItem(item, namesOf(keys, 100_100), 1400000000, 'read'))).toBe('accept')
    }
  })
})

const profile: Resource = { n: 'alice', r: 'profile', t: 's' }
const fields: DhtFields = { resource: profile, height: 47, time: RECORDED_NOW, seq: 1, v: { bio: 'x' } }

interface Circumstances {
  readonly purpose?: 'store' | 'read'
  readonly signer?: Username
  readonly key?: Uint8Array
  readonly names?: NameView
  readonly asked?: Resource
}

function check(changes: Partial<DhtFields>, circumstances: Circumstances = {}): string {
  const { purpose = 'store', signer = alice, key = aliceKey, names = view, asked } = circumstances
  const item = encodeDhtItem({ ...fields, ...changes, sigUser: signer }, key)
  return codeOf(checkDhtItem(item, names, RECORDED_NOW, purpose, asked))
}

const multi = (r: string, n = 'twister'): Resource => ({ n, r, t: 'm' })
const bob = { signer: name('bob'), key: bytes(users.bob.privkey) }

describe('one case per code', () => {
  test('accept', () => {
    expect(check({})).toBe('accept')
    expect(check({}, { purpose: 'read', asked: { ...profile } })).toBe('accept')
  })

  test('wrong-target', () => {
    expect(check({}, { purpose: 'read', asked: { ...profile, r: 'avatar' } })).toBe('reject wrong-target')
  })

  test('message-too-big: 768 bytes for a multi, 8192 for a single', () => {
    const v = 'x'.repeat(768)
    expect(check({ v })).toBe('accept')
    expect(check({ v, resource: multi('word') })).toBe('reject message-too-big')
  })

  test('unknown-username', () => {
    expect(check({}, { names: recordedNames(5) })).toBe('ignore unknown-username')
  })

  test('invalid-signature', () => {
    expect(check({}, { key: bob.key })).toBe('reject invalid-signature')
  })

  test('replaced-key: the current key alone counts', () => {
    const erin = { signer: name('erin'), purpose: 'read' } as const
    const resource: Resource = { n: 'erin', r: 'profile', t: 's' }
    const [oldKey, newKey] = [bytes(users['erin/replaced'].privkey), bytes(users.erin.privkey)]
    expect(check({ resource }, { ...erin, key: newKey })).toBe('accept')
    expect(check({ resource }, { ...erin, key: oldKey })).toBe('ignore replaced-key')
    expect(check({ resource }, { ...erin, key: oldKey, names: recordedNames(43) })).toBe('accept')
    expect(check({ resource }, { ...erin, key: newKey, names: recordedNames(43) })).toBe('reject invalid-signature')
  })

  test('only-owner', () => {
    expect(check({}, bob)).toBe('reject only-owner')
    expect(check({ resource: multi('word', 'alice') }, bob)).toBe('accept')
  })

  test('resource-name-too-big: 32 bytes', () => {
    expect(check({ resource: { ...profile, r: 'é'.repeat(16) } })).toBe('accept')
    expect(check({ resource: { ...profile, r: `${'é'.repeat(16)}x` } })).toBe('reject resource-name-too-big')
  })

  test('seq-is-required', () => {
    expect(check({ seq: undefined })).toBe('reject seq-is-required')
    expect(check({ seq: -1 })).toBe('reject seq-is-required')
    expect(check({ seq: undefined, resource: multi('word') })).toBe('accept')
    expect(check({ seq: 0 })).toBe('accept')
  })

  test('height-from-future: best+1, readers do not look', () => {
    expect(check({ height: 49 })).toBe('accept')
    expect(check({ height: 50 })).toBe('ignore height-from-future')
    expect(check({ height: 50 }, { purpose: 'read' })).toBe('accept')
  })

  test('time-from-future: two hours', () => {
    expect(check({ time: RECORDED_NOW + 7200 })).toBe('accept')
    expect(check({ time: RECORDED_NOW + 7201 })).toBe('ignore time-from-future')
    expect(check({ time: RECORDED_NOW + 7201 }, { purpose: 'read' })).toBe('ignore time-from-future')
  })

  test('no-time: readers only', () => {
    expect(check({ time: 0 }, { purpose: 'read' })).toBe('reject no-time')
    expect(check({ time: 0 })).toBe('accept')
  })
})

describe('a post in a value is held against the chain too', () => {
  const post = (changes: object = {}, key = aliceKey) =>
    rawBencode(signUserpost({ n: 'alice', k: 7, height: 40, time: 1, msg: 'hi', ...changes }, key))
  const single = (r: string): Resource => ({ ...profile, r })

  test.each([
    ['status', single('status')],
    ['its post<k>', single('post7')],
    ['a hashtag', multi('hashtag')],
    ['a mention', multi('mention')],
    ['replies', multi('replies3')],
    ['rts', multi('rts3')],
  ])('accept under %s', (_, resource) => {
    expect(check({ resource, v: post() })).toBe('accept')
    expect(check({ resource, v: post() }, { purpose: 'read' })).toBe('accept')
    expect(check({ resource, v: post({}, bob.key) })).toBe('reject bad-userpost-signature')
  })

  test('expected-username: the signer of the value must be the author', () => {
    expect(check({ resource: multi('hashtag'), v: post() }, bob)).toBe('reject expected-username')
  })

  test('expected-piece: post<k> holds the post k', () => {
    expect(check({ resource: single('post8'), v: post() })).toBe('reject expected-piece')
  })

  test('what is no post at all keeps the parser’s code', () => {
    expect(check({ resource: single('status'), v: 'x' })).toBe('reject bad-bencoding')
    expect(check({ resource: multi('hashtag'), v: { userpost: {} } })).toBe('reject missing-post-or-signature')
  })

  test('resources that the reference does not know may hold anything', () => {
    for (const r of ['post07', 'posts', 'url6', 'hashtags'])
      expect(check({ resource: single(r), v: 'x' })).toBe('accept')
  })

  test('whoever passes on a forged post is not blamed: the reference does not look', () => {
    const item: DhtItem = encodeDhtItem(
      { ...fields, resource: multi('hashtag'), v: post({}, bob.key), sigUser: alice },
      aliceKey,
    )
    expect(checkDhtItem(item, view, RECORDED_NOW, 'read')).toMatchObject({ code: 'bad-userpost-signature', score: 0 })
  })
})

test('a flipped bit in a signed value is never accepted', () => {
  const [sample] = recorded[0]?.values ?? []
  const p = bytes(sample?.p_bencoded_hex ?? '')
  for (let index = 0; index < p.length; index++) {
    const altered = Uint8Array.from(p)
    altered[index] = (altered[index] ?? 0) ^ 1
    const item = parseDhtItem({ p: altered, sigP: bytes(sample?.sig_p ?? ''), sigUser: 'alice' })
    if (item !== undefined)
      expect(codeOf(checkDhtItem(item, view, RECORDED_NOW, 'read'))).toBe('reject invalid-signature')
  }
})

test('a refused put is answered in the reference’s words', () => {
  expect(putErrorText('only-owner')).toBe('only owner is allowed')
  expect(putErrorText('replaced-key')).toBe('invalid signature')
  expect(putErrorText('expected-piece')).toBeUndefined()
})
