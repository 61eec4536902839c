import { expect, test } from 'vitest'
import { encodeBencode } from '../../node/protocol/bencode.ts'
import { sha256 } from '../../node/protocol/hash.ts'
import resources from '../../test/vectors/recordings-dht.json' with { type: 'json' }
import posts from '../../test/vectors/recordings-posts.json' with { type: 'json' }
import { dhtContentJson, dhtValueJson, pieceJson, postHashInValue } from './bencode-json.ts'

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex')
const signature = new Uint8Array(65).fill(0xab)
const plain = { height: 1, k: 1, msg: 'x', n: 'alice', time: 1 }

test('a recorded post is written as the reference writes it, but for what is encrypted', () => {
  for (const { json, piece_hex: hex } of posts) {
    const { userpost, ...signatures } = json
    const open = Object.fromEntries(Object.entries(userpost).filter(([key]) => key !== 'dm' && key !== 'pfav'))
    expect(JSON.stringify(pieceJson(bytes(hex)))).toBe(JSON.stringify({ ...signatures, userpost: open }))
  }
})

test('so is a value of the DHT, and the post in it is known by its hash', () => {
  for (const { values, rpc_answer: answers } of resources) {
    for (const { p_bencoded_hex: p, sig_p: sigP, sig_user: sigUser } of values) {
      const json = JSON.stringify(dhtValueJson({ p: bytes(p), sigP: bytes(sigP), sigUser }))
      expect(answers.map((answer) => JSON.stringify(answer))).toContain(json)
    }
  }
  const [status] = resources.find(({ n, r }) => n === 'alice' && r === 'post0')?.values ?? []
  const post = posts.find(({ user, k }) => user === 'alice' && k === 0)
  expect(postHashInValue(bytes(status?.p_bencoded_hex ?? ''))).toEqual(sha256(bytes(post?.signed_bytes_hex ?? '')))
})

test('what is encrypted is left out wherever it stands', () => {
  const secret = { body: signature, key: signature, mac: signature, orig: 1 }
  const inner = { ...plain, dm: secret, pfav: secret }
  const userpost = { ...inner, rt: inner, sig_rt: signature, fav: inner, sig_fav: signature }
  const json = pieceJson(encodeBencode({ userpost, sig_userpost: signature }))
  expect(json).toEqual({
    sig_userpost: 'ab'.repeat(65),
    userpost: { ...plain, fav: plain, rt: plain, sig_fav: 'ab'.repeat(65), sig_rt: 'ab'.repeat(65) },
  })
})

test('what a retwisted post retwists is left out: nobody checked it', () => {
  const nested = { ...plain, rt: plain, sig_rt: signature, fav: plain, sig_fav: signature }
  const json = pieceJson(
    encodeBencode({ userpost: { ...plain, rt: nested, sig_rt: signature }, sig_userpost: signature }),
  )
  expect(json?.['userpost']).toEqual({ ...plain, rt: plain, sig_rt: 'ab'.repeat(65) })
})

test('a member may have any name, and bytes need be no text', () => {
  const odd = new Map<string, string | Uint8Array>([
    ['__proto__', 'x'],
    ['text', Uint8Array.of(0x61, 0xff)],
  ])
  const json = pieceJson(encodeBencode(new Map([['userpost', odd]])))
  expect(JSON.stringify(json)).toBe('{"userpost":{"__proto__":"x","text":"a\ufffd"}}')
})

test('what is no dict is nothing', () => {
  for (const text of ['', 'le', 'i1e', 'd1:a', 'garbage']) {
    expect(pieceJson(Buffer.from(text))).toBeUndefined()
    expect(dhtValueJson({ p: Buffer.from(text), sigP: signature, sigUser: 'alice' })).toBeUndefined()
    expect(dhtContentJson(Buffer.from(text))).toBeUndefined()
    expect(postHashInValue(Buffer.from(text))).toBeUndefined()
  }
  expect(postHashInValue(encodeBencode({ v: { userpost: 'x' } }))).toBeUndefined()
})
