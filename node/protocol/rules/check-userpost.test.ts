import { describe, expect, test } from 'vitest'
import { keyRecord, namesOf, recordedNames } from '../../../test/recorded-names.ts'
import vectors from '../../../test/vectors/dht.json' with { type: 'json' }
import recorded from '../../../test/vectors/recordings-posts.json' with { type: 'json' }
import users from '../../../test/vectors/recordings-users.json' with { type: 'json' }
import { hexToBytes, type RawBytes, rawBytes } from '../bytes.ts'
import type { NameView } from '../name-view.ts'
import { messageDigest, publicKeyOf, signDigest } from '../signature.ts'
import { parseUsername, type Username } from '../username.ts'
import {
  encodeUserpost,
  parseSignedUserpost,
  type SignedUserpost,
  signUserpost,
  type UserpostFields,
} from '../userpost.ts'
import type { Verdict } from '../verdict.ts'
import { checkPiece, checkUserpost, checkUserpostSignatures } from './check-userpost.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const name = (text: string): Username => parseUsername(text) as Username
const codeOf = (verdict: Verdict): string => (verdict.kind === 'accept' ? 'accept' : `${verdict.kind} ${verdict.code}`)

const alice = name('alice')
const [aliceKey, bobKey] = [bytes(users.alice.privkey), bytes(users.bob.privkey)]
const plain: UserpostFields = { n: 'alice', k: 3, height: 40, time: 1795358600, msg: 'hi' }
const view = recordedNames()

function check(fields: UserpostFields, names: NameView = view, privateKey: Uint8Array = aliceKey): string {
  return codeOf(checkPiece(signUserpost(fields, privateKey), { username: alice, k: 3 }, names))
}

function quote(fields: UserpostFields, privateKey: Uint8Array): { raw: RawBytes; signature: Uint8Array } {
  const raw = encodeUserpost(fields)
  return { raw, signature: signDigest(messageDigest(raw), privateKey) }
}

describe('what the reference accepted is accepted', () => {
  test.each(recorded)('$user $k of the recorded network', ({ user, k, piece_hex }) => {
    expect(codeOf(checkPiece(bytes(piece_hex), { username: name(user), k }, view))).toBe('accept')
  })

  test('the post of the public network', () => {
    const { piece_hex, pubkey, piece_index } = vectors.mainnet_post
    const names = namesOf({ mfreitas: bytes(pubkey) }, 70_000)
    expect(codeOf(checkPiece(bytes(piece_hex), { username: name('mfreitas'), k: piece_index }, names))).toBe('accept')
  })

  test.each(vectors.posts_synthetic)('$label', ({ author, k, piece_hex }) => {
    const keys = {
      alice: bytes(vectors.keys.synthetic_alice.pub_compressed),
      bob: bytes(vectors.keys.synthetic_bob.pub_compressed),
    }
    expect(codeOf(checkPiece(bytes(piece_hex), { username: name(author), k }, namesOf(keys, 100_001)))).toBe('accept')
  })
})

describe('one case per code', () => {
  test('accept', () => {
    expect(check(plain)).toBe('accept')
  })

  test('a malformed piece keeps the parser’s code', () => {
    expect(codeOf(checkPiece(new Uint8Array(3000), { username: alice, k: 3 }, view))).toBe(
      'reject bad-bencoded-post-size',
    )
  })

  test('expected-username', () => {
    expect(check({ ...plain, n: 'bob' }, view, bobKey)).toBe('reject expected-username')
  })

  test('expected-piece', () => {
    expect(check({ ...plain, k: 4 })).toBe('reject expected-piece')
  })

  test('unknown-username', () => {
    expect(check(plain, recordedNames(5))).toBe('ignore unknown-username')
  })

  test('too-many-posts: k ≤ 2·(best − registration) + 20', () => {
    const limit = 2 * (48 - 6) + 20
    const at = (k: number): string =>
      codeOf(checkPiece(signUserpost({ ...plain, k }, aliceKey), { username: alice, k }, view))
    expect(at(limit)).toBe('accept')
    expect(at(limit + 1)).toBe('ignore too-many-posts')
  })

  test.each(vectors.post_number_limit)('number limit of the vector: $max_k', ({ reg_height, best_height, max_k }) => {
    const names: NameView = { tipHeight: best_height, history: () => [keyRecord(reg_height, publicKeyOf(aliceKey))] }
    const at = (k: number): string =>
      codeOf(checkPiece(signUserpost({ ...plain, k, height: best_height }, aliceKey), { username: alice, k }, names))
    expect(at(max_k)).toBe('accept')
    expect(at(max_k + 1)).toBe('ignore too-many-posts')
  })

  test('post-from-future: height ≤ best+1', () => {
    expect(check({ ...plain, height: 49 })).toBe('accept')
    expect(check({ ...plain, height: 50 })).toBe('ignore post-from-future')
  })

  test('msg-too-big: 140 code points', () => {
    expect(check({ ...plain, msg: '😀'.repeat(140), msg2: 'x'.repeat(500) })).toBe('accept')
    expect(check({ ...plain, msg: 'e\u0301'.repeat(70) })).toBe('accept')
    expect(check({ ...plain, msg: 'x'.repeat(141) })).toBe('reject msg-too-big')
  })

  test('bad-userpost-signature', () => {
    expect(check(plain, view, bobKey)).toBe('reject bad-userpost-signature')
  })

  test('bad-rt-signature', () => {
    const post = { n: 'bob', k: 1, height: 40, time: 1, msg: 'x' }
    expect(check({ ...plain, rt: quote(post, bobKey) })).toBe('accept')
    expect(check({ ...plain, rt: quote(post, aliceKey) })).toBe('reject bad-rt-signature')
  })

  test('bad-fav-signature', () => {
    const post = { n: 'bob', k: 1, height: 40, time: 1, msg: 'x' }
    expect(check({ ...plain, fav: quote(post, bobKey) })).toBe('accept')
    expect(check({ ...plain, fav: quote(post, aliceKey) })).toBe('reject bad-fav-signature')
  })
})

describe('signatures', () => {
  const carol1 = parseSignedUserpost(
    bytes(recorded.find(({ user, k }) => user === 'carol' && k === 1)?.piece_hex ?? ''),
  )

  // quirk of the reference not kept: there the verdict on fav replaces that on rt.
  test('a good favourite does not cover a bad retwist, but the sender is not blamed', () => {
    const post = { n: 'bob', k: 1, height: 40, time: 1, msg: 'x' }
    const piece = signUserpost({ ...plain, rt: quote(post, aliceKey), fav: quote(post, bobKey) }, aliceKey)
    expect(checkPiece(piece, { username: alice, k: 3 }, view)).toMatchObject({ code: 'bad-rt-signature', score: 0 })
  })

  test('the comment of a retwist may be retwisted with its sig_wort', () => {
    const { rt, ...comment } = { ...plain, n: 'carol', rt: carol1?.userpost.rt }
    const commented = parseSignedUserpost(signUserpost({ ...comment, rt }, bytes(users.carol.privkey)))
    const wort = { raw: encodeUserpost(comment), signature: commented?.sigWort ?? new Uint8Array(65) }
    expect(check({ ...plain, rt: wort })).toBe('accept')
    expect(check({ ...plain, rt: { ...wort, signature: commented?.signature ?? wort.signature } })).toBe(
      'reject bad-rt-signature',
    )
  })

  test('the recorded sig_wort signs the comment alone', () => {
    const { rt, isDirect, isPrivateFavourite, msg2, ...comment } = carol1?.userpost ?? {
      ...plain,
      isDirect: false,
      isPrivateFavourite: false,
      msg2: '',
      rt: undefined,
    }
    const wort = { raw: encodeUserpost(comment), signature: carol1?.sigWort ?? new Uint8Array(65) }
    expect(check({ ...plain, rt: wort })).toBe('accept')
  })

  test('each post is held against the key of its own height', () => {
    const [oldKey, newKey] = [bytes(users['erin/replaced'].privkey), bytes(users.erin.privkey)]
    const by = (height: number, key: Uint8Array, names: NameView = view): string => {
      const piece = signUserpost({ n: 'erin', k: 3, height, time: 1, msg: 'x' }, key)
      return codeOf(checkPiece(piece, { username: name('erin'), k: 3 }, names))
    }
    expect(by(43, oldKey)).toBe('accept')
    expect(by(43, newKey)).toBe('reject bad-userpost-signature')
    expect(by(44, newKey)).toBe('accept')
    expect(by(44, oldKey)).toBe('reject bad-userpost-signature')
    expect(by(44, oldKey, recordedNames(43))).toBe('accept')
    expect(by(42, oldKey)).toBe('reject bad-userpost-signature')
  })

  test('a retwist of somebody unknown waits', () => {
    const post = { n: 'dave', k: 0, height: 47, time: 1, msg: 'x' }
    expect(check({ ...plain, rt: quote(post, bytes(users.dave.privkey)) }, recordedNames(45))).toBe(
      'ignore unknown-username',
    )
  })

  test('a flipped bit anywhere in the signed bytes or the signature is found', () => {
    const piece = rawBytes(bytes(recorded[0]?.piece_hex ?? ''))
    let refused = 0
    for (let index = 0; index < piece.length; index++) {
      const altered = Uint8Array.from(piece)
      altered[index] = (altered[index] ?? 0) ^ 1
      const verdict = checkPiece(altered, { username: alice, k: 0 }, view)
      if (verdict.kind === 'accept') expect(index).toBe(-1)
      else refused++
    }
    expect(refused).toBe(piece.length)
  })

  test('checkUserpostSignatures looks at nothing else', () => {
    const far: SignedUserpost | undefined = parseSignedUserpost(
      signUserpost({ ...plain, k: 10_000, height: 9999 }, aliceKey),
    )
    expect(far && codeOf(checkUserpostSignatures(far, view))).toBe('accept')
    expect(far && codeOf(checkUserpost(far, { username: alice, k: 10_000 }, view))).toBe('ignore too-many-posts')
  })
})

test('on an empty chain neither number nor height has an upper bound', () => {
  const names: NameView = { tipHeight: 0, history: () => [keyRecord(0, publicKeyOf(aliceKey))] }
  const piece = signUserpost({ ...plain, k: 500, height: 500 }, aliceKey)
  expect(codeOf(checkPiece(piece, { username: alice, k: 500 }, names))).toBe('accept')
})
