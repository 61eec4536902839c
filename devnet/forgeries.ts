import { encodeBencode, rawBencode } from '../node/protocol/bencode.ts'
import { rawBytes, utf8Encode } from '../node/protocol/bytes.ts'
import { encodeDhtP, type RawDhtItem } from '../node/protocol/dht-item.ts'
import type { Resource } from '../node/protocol/dht-target.ts'
import { messageDigest, signDigest } from '../node/protocol/signature.ts'
import { encodeUserpost, signUserpost, type UserpostFields } from '../node/protocol/userpost.ts'
import type { AuthorName } from './authors.ts'
import type { Moment } from './compose.ts'
import { privateKeyOf } from './seed.ts'
import { keyGeneration } from './story.ts'

/** Texts of everything forged contain this: it must never be seen anywhere. */
export const FORGED_MARK = 'FORGED-BY-MALLORY'

/** A piece that must be refused when it is served as post `k` of `username`, and the code of the refusal. */
export interface ForgedPost {
  readonly username: AuthorName
  readonly k: number
  readonly piece: Uint8Array
  readonly code: string
}

/** One piece for each way to lie, numbered from `firstK` on. */
export function forgedPosts(seed: string, username: AuthorName, firstK: number, moment: Moment): ForgedPost[] {
  const keyOf = (name: string) => privateKeyOf(seed, name, keyGeneration(name, moment.height))
  const fields = (k: number, change: Partial<UserpostFields> = {}): UserpostFields => ({
    n: username,
    k,
    ...moment,
    msg: `${FORGED_MARK} ${k}`,
    ...change,
  })
  const makers: readonly ((k: number) => { piece: Uint8Array; code: string })[] = [
    (k) => ({ piece: signUserpost(fields(k), keyOf('mallory')), code: 'bad-userpost-signature' }),
    (k) => ({ piece: signUserpost(fields(k + 1000), keyOf(username)), code: 'expected-piece' }),
    (k) => ({ piece: signUserpost(fields(k, { n: 'mallory' }), keyOf('mallory')), code: 'expected-username' }),
    (k) => ({
      piece: signUserpost(fields(k, { height: moment.height + 100_000 }), keyOf(username)),
      code: 'post-from-future',
    }),
    (k) => ({
      piece: signUserpost(fields(k, { msg: FORGED_MARK.padEnd(141, '!') }), keyOf(username)),
      code: 'msg-too-big',
    }),
    (k) => {
      const rt = { raw: encodeUserpost(fields(0, { n: 'bob' })), signature: new Uint8Array(65).fill(31) }
      return { piece: signUserpost(fields(k, { rt }), keyOf(username)), code: 'bad-rt-signature' }
    },
    (k) => {
      const fav = { raw: encodeUserpost(fields(0, { n: 'bob' })), signature: new Uint8Array(65).fill(31) }
      return { piece: signUserpost(fields(k, { fav }), keyOf(username)), code: 'bad-fav-signature' }
    },
    (k) => {
      const rt = { raw: rawBytes(encodeBencode({ n: 'bob', msg: FORGED_MARK })), signature: new Uint8Array(65) }
      return { piece: signUserpost(fields(k, { rt }), keyOf(username)), code: 'malformed-rt' }
    },
    (k) => ({ piece: signUserpost(fields(k, { time: -1 }), keyOf(username)), code: 'bad-time' }),
    (k) => ({
      piece: encodeBencode({ userpost: rawBencode(encodeUserpost(fields(k))) }),
      code: 'missing-post-or-signature',
    }),
    // one number has a zero too many in front
    (k) => ({ piece: respelt(fields(k), `1:ki${k}e`, `1:ki0${k}e`, keyOf(username)), code: 'non-canonical-bencoding' }),
    (k) => ({
      piece: respelt(fields(k), FORGED_MARK, '\xff'.repeat(17), keyOf(username)),
      code: 'invalid-utf8-string',
    }),
    () => ({ piece: utf8Encode(`d${FORGED_MARK}`), code: 'bad-bencoding' }),
    (k) => ({
      piece: signUserpost(fields(k, { msg2: FORGED_MARK.padEnd(2100, '!') }), keyOf(username)),
      code: 'bad-bencoded-post-size',
    }),
  ]
  return makers.map((make, index) => ({ username, k: firstK + index, ...make(firstK + index) }))
}

/** A post with its bytes changed before it was signed. */
function respelt(fields: UserpostFields, from: string, to: string, key: Uint8Array): Uint8Array {
  const text = Buffer.from(encodeUserpost(fields)).toString('latin1').replace(from, to)
  const raw = new Uint8Array(Buffer.from(text, 'latin1'))
  return encodeBencode({ userpost: rawBencode(raw), sig_userpost: signDigest(messageDigest(raw), key) })
}

/** A value that must be refused when it is served for `resource`. */
export interface ForgedItem {
  readonly resource: Resource
  readonly item: RawDhtItem
  readonly code: string
}

export function forgedItems(seed: string, username: AuthorName, moment: Moment): ForgedItem[] {
  const resource: Resource = { n: username, r: 'profile', t: 's' }
  const sign = (signer: AuthorName, claimed: AuthorName, own: Resource): RawDhtItem => {
    const p = encodeDhtP({ resource: own, ...moment, seq: 1_000_000, v: { fullname: FORGED_MARK, bio: FORGED_MARK } })
    const key = privateKeyOf(seed, signer, keyGeneration(signer, moment.height))
    return { p, sigP: signDigest(messageDigest(p), key), sigUser: claimed }
  }
  return [
    { resource, item: sign('mallory', username, resource), code: 'invalid-signature' },
    { resource, item: sign('mallory', 'mallory', resource), code: 'only-owner' },
    { resource, item: sign('mallory', 'mallory', { ...resource, n: 'mallory' }), code: 'wrong-target' },
  ]
}
