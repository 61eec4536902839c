import { describe, expect, test } from 'vitest'
import { itemOf, recordedItems } from '../../../test/dht-samples.ts'
import { rawBencode } from '../bencode.ts'
import type { DhtItem } from '../dht-item.ts'
import { encodeUserpost, type SignedUserpost, signUserpost, type UserpostFields } from '../userpost.ts'
import { carriesUserpost, embeddedUserpost } from './embedded-userpost.ts'
import { parseHashtag } from './hashtag.ts'
import { parseMention } from './mention.ts'
import { parsePost } from './post.ts'
import { parseReplies } from './replies.ts'
import { parseRts } from './rts.ts'
import { parseStatus } from './status.ts'

const shown = (post: SignedUserpost | undefined): string | undefined => post && `${post.userpost.n} ${post.userpost.k}`

function each(n: string, r: string, parse: (item: DhtItem) => SignedUserpost | undefined): (string | undefined)[] {
  return recordedItems(n, r).map((item) => shown(parse(item)))
}

function post(fields: Partial<UserpostFields> = {}) {
  return rawBencode(
    signUserpost({ n: 'alice', k: 3, height: 1, time: 1, msg: 'x', ...fields }, new Uint8Array(32).fill(1)),
  )
}

describe('recorded values', () => {
  test('each resource gives its posts', () => {
    expect(each('alice', 'status', parseStatus)).toEqual(['alice 13'])
    expect(each('alice', 'post1', parsePost)).toEqual(['alice 1'])
    expect(each('twister', 'hashtag', parseHashtag)).toEqual(['alice 1', 'alice 0'])
    expect(each('alice', 'mention', parseMention)).toEqual(['dave 0', 'bob 1', 'bob 0'])
    expect(each('alice', 'replies0', parseReplies)).toEqual(['bob 0'])
    expect(each('alice', 'rts0', parseRts)).toEqual(['carol 0'])
    expect(each('bob', 'rts1', parseRts)).toEqual(['carol 1'])
  })

  test('no resource is taken for another', () => {
    const parsers = { parseStatus, parsePost, parseHashtag, parseMention, parseReplies, parseRts }
    for (const [n, r, own] of [
      ['alice', 'status', 'parseStatus'],
      ['alice', 'post1', 'parsePost'],
      ['twister', 'hashtag', 'parseHashtag'],
      ['alice', 'mention', 'parseMention'],
      ['alice', 'replies0', 'parseReplies'],
      ['alice', 'rts0', 'parseRts'],
    ] as const) {
      const [item] = recordedItems(n, r)
      const takers = Object.entries(parsers).filter(([, parse]) => item && parse(item) !== undefined)
      expect(takers.map(([taker]) => taker)).toEqual([own])
    }
  })
})

test('the post must be the signer’s own', () => {
  expect(embeddedUserpost(itemOf('hashtag', 'm', post()))).toBeDefined()
  expect(embeddedUserpost(itemOf('hashtag', 'm', post({ n: 'bob' })))).toBeUndefined()
  expect(embeddedUserpost(itemOf('hashtag', 'm', 'x'))).toBeUndefined()
})

test('post<k> holds the post k, replies and rts what they say', () => {
  const rt = { raw: encodeUserpost({ n: 'bob', k: 9, height: 1, time: 1 }), signature: new Uint8Array(65) }
  expect(shown(parsePost(itemOf('post3', 's', post())))).toBe('alice 3')
  expect(parsePost(itemOf('post4', 's', post()))).toBeUndefined()
  const reply = post({ reply: { n: 'bob', k: 9 } })
  expect(shown(parseReplies(itemOf('replies9', 'm', reply, 'bob')))).toBe('alice 3')
  expect(parseReplies(itemOf('replies8', 'm', reply, 'bob'))).toBeUndefined()
  expect(parseReplies(itemOf('replies9', 'm', reply, 'carol'))).toBeUndefined()
  expect(parseReplies(itemOf('replies9', 'm', post(), 'bob'))).toBeUndefined()
  expect(shown(parseRts(itemOf('rts9', 'm', post({ rt }), 'bob')))).toBe('alice 3')
  expect(parseRts(itemOf('rts8', 'm', post({ rt }), 'bob'))).toBeUndefined()
  expect(parseRts(itemOf('rts9', 'm', post({ rt }), 'carol'))).toBeUndefined()
  expect(parseRts(itemOf('rts9', 'm', post(), 'bob'))).toBeUndefined()
})

test.each([
  ['status', 's', true],
  ['swarm', 's', true],
  ['post0', 's', true],
  ['post00', 's', false],
  ['profile', 's', false],
  ['hashtag', 's', false],
  ['hashtag', 'm', true],
  ['mention', 'm', true],
  ['replies7', 'm', true],
  ['rts7', 'm', true],
  ['rts', 'm', false],
  ['status', 'm', false],
  ['tracker', 'm', false],
] as const)('%s/%s carries a post: %s', (r, t, expected) => {
  expect(carriesUserpost({ resource: { n: 'alice', r, t } })).toBe(expected)
})
