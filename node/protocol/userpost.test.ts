import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeCodec } from '../../test/codec-laws.ts'
import vectors from '../../test/vectors/dht.json' with { type: 'json' }
import recorded from '../../test/vectors/recordings-posts.json' with { type: 'json' }
import { type Bencodable, encodeBencode, parseBencode, rawBencode } from './bencode.ts'
import { bytesToHex, hexToBytes, rawBytes, utf8Encode } from './bytes.ts'
import {
  encodeUserpost,
  fullText,
  isRefusal,
  parseSignedUserpost,
  parseUserpostValue,
  readPiece,
  type SignedUserpost,
  signUserpost,
  splitText,
  type UserpostFields,
  userpostKind,
} from './userpost.ts'

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array(0)
const signature = new Uint8Array(65).fill(7)
const plain = { n: 'alice', k: 1, height: 2, time: 3, msg: 'hi' }
const inner = { raw: rawBytes(encodeBencode(plain)), signature }

function piece(userpost: Bencodable, more: Record<string, Bencodable | undefined> = {}): Uint8Array {
  return encodeBencode({ userpost, sig_userpost: signature, ...more })
}

function codeOf(bytesOfPiece: Uint8Array): string | undefined {
  const reading = readPiece(bytesOfPiece)
  return isRefusal(reading) ? reading.code : undefined
}

function encodePost(post: SignedUserpost): Uint8Array {
  return encodeBencode({ userpost: rawBencode(post.raw), sig_userpost: post.signature, sig_wort: post.sigWort })
}

describeCodec('userposts', {
  parse: parseSignedUserpost,
  encode: encodePost,
  samples: [
    bytes(vectors.mainnet_post.piece_hex),
    ...vectors.posts_synthetic.map(({ piece_hex }) => bytes(piece_hex)),
    ...recorded.map(({ piece_hex }) => bytes(piece_hex)),
  ],
})

describe('posts of the reference', () => {
  test.each(recorded)(
    '$user $k is read as the reference shows it',
    ({ user, k, json, piece_hex, signed_bytes_hex }) => {
      const post = parseSignedUserpost(bytes(piece_hex))
      const said: { height: number; time: number; msg: string; msg2?: string; lastk?: number } = json.userpost
      expect(post?.userpost).toMatchObject({ n: user, k, height: said.height, time: said.time, msg: said.msg })
      expect([post?.userpost.msg2, post?.userpost.lastk]).toEqual([said.msg2 ?? '', said.lastk])
      expect(post && bytesToHex(post.raw)).toBe(signed_bytes_hex)
      expect(post && bytesToHex(post.signature)).toBe(json.sig_userpost)
      expect(post?.sigWort && bytesToHex(post.sigWort)).toBe('sig_wort' in json ? json.sig_wort : undefined)
    },
  )

  test('every kind is told', () => {
    const kinds = recorded.map(({ user, k, piece_hex }) => {
      const post = parseSignedUserpost(bytes(piece_hex))
      return `${user}${k} ${post && userpostKind(post.userpost)}`
    })
    expect(kinds.join(', ')).toBe(
      'alice0 post, alice1 post, alice2 post, alice3 direct, alice4 direct, alice5 custom, alice6 custom, ' +
        'alice7 direct, alice8 direct, alice9 direct, alice10 direct, alice11 post, alice12 post, alice13 post, ' +
        'bob0 reply, bob1 post, bob2 direct, carol0 retwist, carol1 retwist, carol2 favourite, ' +
        'carol3 private-favourite, dave0 post',
    )
  })

  test('long text, reply, retwist, favourite and url are there', () => {
    const post = (user: string, k: number): SignedUserpost | undefined =>
      parseSignedUserpost(bytes(recorded.find((row) => row.user === user && row.k === k)?.piece_hex ?? ''))
    const long = post('alice', 2)?.userpost
    expect(long && [...long.msg].length).toBe(140)
    expect(long && fullText(long)).toMatch(/^long post .* END: this part goes to msg2$/)
    expect(post('bob', 0)?.userpost.reply).toEqual({ n: 'alice', k: 0 })
    expect(post('alice', 5)?.userpost).toMatchObject({ url: 'http://example.com/', mimetype: 'text/html' })
    expect(post('carol', 1)?.userpost).toMatchObject({
      msg: 'RT with a comment #rtcomment',
      rt: { userpost: { n: 'bob', k: 1 } },
    })
    expect(post('carol', 1)?.sigWort).toHaveLength(65)
    expect(post('carol', 2)?.userpost).toMatchObject({ msg: 'nice one', fav: { userpost: { n: 'alice', k: 1 } } })
    expect(post('carol', 0)?.userpost.rt?.raw).toEqual(post('alice', 0)?.raw)
    expect(post('carol', 0)?.userpost.rt?.signature).toEqual(post('alice', 0)?.signature)
  })

  test('the post of the public network', () => {
    const post = parseSignedUserpost(bytes(vectors.mainnet_post.piece_hex))
    expect(post?.userpost).toMatchObject(vectors.mainnet_post.userpost)
    expect(post && bytesToHex(post.raw)).toBe(vectors.mainnet_post.userpost_bencoded_hex)
  })
})

describe('writing', () => {
  const keys = { alice: bytes(vectors.keys.synthetic_alice.priv), bob: bytes(vectors.keys.synthetic_bob.priv) }
  const posts = vectors.posts_synthetic.map((vector) => ({
    ...vector,
    post: parseSignedUserpost(bytes(vector.piece_hex)),
  }))
  const fieldsOf = ({ userpost }: SignedUserpost): UserpostFields => {
    const { isDirect, isPrivateFavourite, msg2, ...fields } = userpost
    return { ...fields, msg2: msg2 !== '' || fullText(userpost) === '' ? msg2 : undefined }
  }

  test.each(posts)('$label is signed to the same bytes', ({ author, post, piece_hex }) => {
    const key = author === 'alice' ? keys.alice : keys.bob
    expect(post && bytesToHex(signUserpost(fieldsOf(post), key))).toBe(piece_hex)
  })

  test('encrypted payloads and custom members go to their places', () => {
    for (const { json, signed_bytes_hex } of recorded) {
      const userpost: Record<string, unknown> = { ...json.userpost }
      if (!('dm' in userpost) && !('pfav' in userpost) && !('num' in userpost)) continue
      const { dm, pfav, num, ...plainFields } = userpost
      const fields = {
        ...plainFields,
        dm: payload(dm),
        pfav: payload(pfav),
        custom: num === undefined ? {} : { num: 7 },
      }
      expect(bytesToHex(encodeUserpost(fields as unknown as UserpostFields))).toBe(signed_bytes_hex)
    }
  })

  test('a text is split after 140 characters, and an empty one has two empty parts', () => {
    expect(splitText('')).toEqual({ msg: '', msg2: '' })
    expect(splitText('a'.repeat(140))).toEqual({ msg: 'a'.repeat(140) })
    expect(splitText(`${'😀'.repeat(140)}é`)).toEqual({ msg: '😀'.repeat(140), msg2: 'é' })
  })
})

function payload(json: unknown): UserpostFields['dm'] {
  if (json === undefined) return undefined
  const { body, key, mac, orig } = json as { body: string; key: string; mac: string; orig: number }
  return { body: bytes(body), key: bytes(key), mac: bytes(mac), orig }
}

describe('a piece is refused with the reason of acceptSignedPost', () => {
  test.each([
    ['bad-bencoded-post-size', new Uint8Array(0)],
    ['bad-bencoded-post-size', piece({ ...plain, msg2: 'x'.repeat(2048) })],
    ['bad-bencoding', utf8Encode('garbage')],
    ['bad-bencoding', utf8Encode('le')],
    ['bad-bencoding', Uint8Array.of(...piece(plain), 0x65)],
    ['missing-post-or-signature', encodeBencode({ userpost: plain })],
    ['missing-post-or-signature', encodeBencode({ userpost: 'x', sig_userpost: signature })],
    ['bad-userpost-signature', encodeBencode({ userpost: plain, sig_userpost: signature.subarray(1) })],
    ['expected-username', piece({ ...plain, n: 'Alice' })],
    ['expected-username', piece({ ...plain, n: undefined })],
    ['expected-piece', piece({ ...plain, k: undefined })],
    ['expected-piece', piece({ ...plain, k: 2 ** 31 })],
    ['post-from-future', piece({ ...plain, height: -1 })],
    ['bad-time', piece({ ...plain, time: undefined })],
    ['bad-time', piece({ ...plain, time: 2 ** 31 })],
    ['invalid-utf8-string', piece({ ...plain, msg: bytes('c328') })],
    ['invalid-utf8-string', piece({ ...plain, msg: bytes('eda080') })],
    ['invalid-utf8-string', piece({ ...plain, msg2: bytes('e282') })],
    ['bad-rt-signature', piece({ ...plain, rt: plain })],
    ['bad-fav-signature', piece({ ...plain, fav: plain, sig_fav: signature.subarray(1) })],
    ['malformed-rt', piece({ ...plain, rt: { ...plain, n: 'Not A Name' }, sig_rt: signature })],
    ['malformed-fav', piece({ ...plain, fav: { ...plain, height: undefined }, sig_fav: signature })],
  ])('%s', (code, bytesOfPiece) => {
    expect(codeOf(bytesOfPiece)).toBe(code)
    expect(parseSignedUserpost(bytesOfPiece)).toBeUndefined()
  })

  test('non-canonical-bencoding, without blame for the sender', () => {
    const text = Buffer.from(piece(plain)).toString('latin1')
    for (const altered of [text.replace('1:ki1e', '1:ki01e'), text.replace('6:heighti2e1:ki1e', '1:ki1e6:heighti2e')]) {
      expect(altered).not.toBe(text)
      expect(readPiece(Buffer.from(altered, 'latin1'))).toMatchObject({ code: 'non-canonical-bencoding', score: 0 })
    }
  })

  test('what only we refuse is not blamed on the sender', () => {
    expect(readPiece(piece({ ...plain, time: 2 ** 31 }))).toMatchObject({ score: 0 })
    expect(readPiece(piece({ ...plain, k: 2 ** 32 + 1 }))).toMatchObject({ score: 0 })
    expect(readPiece(piece({ ...plain, msg2: bytes('c328') }))).toMatchObject({ score: 0 })
    expect(readPiece(piece({ ...plain, msg: bytes('c328') }))).toMatchObject({ score: 100 })
  })
})

describe('optional members', () => {
  const userpost = (more: Record<string, Bencodable>): SignedUserpost['userpost'] | undefined =>
    parseSignedUserpost(piece({ ...plain, ...more }))?.userpost

  test('msg may be missing: "absent = empty"', () => {
    const { msg, ...rest } = plain
    expect(parseSignedUserpost(piece(rest))?.userpost.msg).toBe('')
  })

  test('one of the wrong type counts as missing', () => {
    const more = { msg2: 1, lastk: 'x', reply: 1, rt: 'x', fav: [], url: 1, mimetype: {}, dm: 'x', pfav: 1 }
    expect(userpost(more)).toEqual({ ...plain, msg2: '', isDirect: false, isPrivateFavourite: false })
    expect(parseSignedUserpost(piece(plain, { sig_wort: 'short' }))?.sigWort).toBeUndefined()
  })

  test('a reply may be to a promoted post, but not to nobody', () => {
    expect(userpost({ reply: { n: '!bob', k: 5 } })?.reply).toEqual({ n: '!bob', k: 5 })
    for (const reply of [{ n: 'B', k: 1 }, { n: '!', k: 1 }, { n: 'bob', k: -1 }, { n: 'bob' }, { k: 1 }]) {
      expect(userpost({ reply })?.reply).toBeUndefined()
    }
  })

  test('what a retwisted post itself retwists is not taken over: nobody checks it', () => {
    const nested = { ...plain, rt: rawBencode(inner.raw), sig_rt: signature }
    const post = userpost({ rt: nested, sig_rt: signature })
    expect(post?.rt?.userpost).toMatchObject(plain)
    expect(post?.rt?.userpost.rt).toBeUndefined()
  })

  test('a post hidden deep in lists neither throws nor takes long', () => {
    expect(codeOf(utf8Encode('l'.repeat(2048)))).toBe('bad-bencoding')
    expect(userpost({ x: rawBencode(utf8Encode(`${'l'.repeat(900)}${'e'.repeat(900)}`)) })).toBeDefined()
  })
})

test('a post is read out of the value that carries it, wherever that starts', () => {
  const [sample] = recorded
  const value = encodeBencode({ a: 1, v: rawBencode(bytes(sample?.piece_hex ?? '')) })
  const root = parseBencode(value, { maxDepth: 10, maxItems: 100 })
  const v = root?.kind === 'dict' ? root.get('v') : undefined
  expect(v && parseUserpostValue(v, value)).toEqual(parseSignedUserpost(bytes(sample?.piece_hex ?? '')))
})

test('any fields are written so that they are read back', () => {
  const fields = fc.record({
    n: fc.stringMatching(/^[a-z0-9_]{1,16}$/),
    k: fc.nat(),
    height: fc.nat(),
    time: fc.nat(),
    msg: fc.string({ unit: 'grapheme', maxLength: 60 }),
    msg2: fc.option(fc.string({ maxLength: 20 }), { nil: undefined }),
    lastk: fc.option(fc.nat(), { nil: undefined }),
    reply: fc.option(fc.constant({ n: 'bob', k: 3 }), { nil: undefined }),
    rt: fc.option(fc.constant(inner), { nil: undefined }),
  })
  const key = new Uint8Array(32).fill(1)
  fc.assert(
    fc.property(fields, (said) => {
      const post = parseSignedUserpost(signUserpost(said, key))
      expect(post?.userpost).toMatchObject({
        n: said.n,
        k: said.k,
        height: said.height,
        msg: said.msg,
        msg2: said.msg2 ?? '',
      })
      expect(post?.userpost.rt?.raw).toEqual(said.rt?.raw)
      expect(post?.sigWort !== undefined).toBe(said.rt !== undefined && said.msg !== '')
    }),
    { numRuns: 100 },
  )
})

test('what is taken from a Buffer are plain views of its bytes', () => {
  const post = parseSignedUserpost(Buffer.from(recorded[0]?.piece_hex ?? '', 'hex'))
  for (const part of [post?.piece, post?.raw, post?.signature])
    expect(Object.getPrototypeOf(part)).toBe(Uint8Array.prototype)
})
