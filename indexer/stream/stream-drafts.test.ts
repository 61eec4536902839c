import { expect, test } from 'vitest'
import type { StandingUserpost, UserpostRow } from '../../db/writes/userpost.ts'
import { STREAM_FOLLOWS, STREAM_NEW_S } from '../limits.ts'
import type { DerivedResources } from '../resources/derive-resources.ts'
import { draftsOfChain, draftsOfPosts, draftsOfResources } from './stream-drafts.ts'

const NOW = 1_800_000_000
const OLD = NOW - STREAM_NEW_S - 1
const HASH = new Uint8Array(32)

function placed(username: string, k: number, kind = 'post', time = NOW): UserpostRow {
  const none = { lastk: undefined, replyN: undefined, replyK: undefined, url: undefined, mimetype: undefined }
  const inner = { innerN: undefined, innerK: undefined, innerTime: undefined, innerHeight: undefined }
  const innerTexts = { innerMsg: undefined, innerMsg2: undefined, innerReplyN: undefined, innerReplyK: undefined }
  const words = { lang: undefined, words: undefined, vocabulary: [], hashtags: [], mentions: [], twistLinks: [] }
  const signed = { contentHash: HASH, keyId: HASH, height: 1, time, sortTime: time, msg: '', msg2: '', textLength: 0 }
  const rest = {
    ...none,
    ...inner,
    ...innerTexts,
    ...words,
    innerContentHash: undefined,
    hasWort: false,
    rivalCount: 0,
  }
  return { username, k, kind, ...signed, ...rest }
}

function standing(username: string, k: number, kind = 'post'): StandingUserpost {
  const none = { replyN: undefined, replyK: undefined, innerN: undefined, innerK: undefined, hashtags: [] }
  return { username, k, kind, contentHash: HASH, sortTime: 0, ...none }
}

const nothing: DerivedResources = {
  ...{ profiles: [], avatars: [], followed: [], unfollowed: [] },
  ...{ profileTimes: new Map(), avatarTimes: new Map(), followingTimes: new Map() },
}

test('new posts are told of one by one, in their order; encrypted ones never', () => {
  const rows = [
    placed('alice', 1),
    placed('bob', 7, 'retwist'),
    placed('bob', 8, 'direct'),
    placed('eve', 2, 'private-favourite'),
  ]
  expect(draftsOfPosts({ placed: rows, replaced: [] }, NOW)).toEqual([
    { kind: 'post', username: 'alice', number: 1, hash: HASH },
    { kind: 'retwist', username: 'bob', number: 7, hash: HASH },
  ])
})

test('of posts that were signed more than a day ago it is told once for each author; from the future is new', () => {
  const rows = [...[9, 3, 5].map((k) => placed('alice', k, 'post', OLD)), placed('bob', 1, 'direct', OLD)]
  expect(
    draftsOfPosts(
      { placed: [...rows, placed('carol', 0, 'reply', OLD + 1), placed('dave', 0, 'post', 9e9)], replaced: [] },
      NOW,
    ),
  ).toEqual([
    { kind: 'backlog', other: 'posts', username: 'alice', number: 3, until: 9 },
    { kind: 'reply', username: 'carol', number: 0, hash: HASH },
    { kind: 'post', username: 'dave', number: 0, hash: HASH },
  ])
})

test('a post that is gone is told of; one that another replaces is not, unless that one is encrypted', () => {
  const replaced = [standing('alice', 0), standing('alice', 1), standing('alice', 2), standing('alice', 3, 'direct')]
  const rows = [placed('alice', 1), placed('alice', 2, 'direct')]
  expect(draftsOfPosts({ placed: rows, replaced }, NOW)).toEqual([
    { kind: 'removed', username: 'alice', number: 0 },
    { kind: 'removed', username: 'alice', number: 2 },
    { kind: 'post', username: 'alice', number: 1, hash: HASH },
  ])
})

test('profiles and pictures: another, none any more, and one that is long known elsewhere', () => {
  const drafts = draftsOfResources(
    {
      ...nothing,
      profiles: [
        { username: 'alice', contentHash: HASH },
        { username: 'bob', contentHash: undefined },
      ],
      avatars: [{ username: 'carol', contentHash: HASH }],
      profileTimes: new Map([['alice', NOW]]),
      avatarTimes: new Map([['carol', OLD]]),
    },
    NOW,
  )
  expect(drafts).toEqual([
    { kind: 'profile', username: 'alice', hash: HASH },
    { kind: 'profile', username: 'bob', hash: undefined },
    { kind: 'backlog', other: 'avatar', username: 'carol' },
  ])
})

test('a few changes of a list are told of one by one; many, or of an old list, as one', () => {
  const follow = (username: string, followed: string) => ({ username, followed })
  const many = Array.from({ length: STREAM_FOLLOWS }, (_, i) => follow('bob', `user${i}`))
  const drafts = draftsOfResources(
    {
      ...nothing,
      followed: [follow('alice', 'bob'), ...many, follow('carol', 'bob')],
      unfollowed: [follow('alice', 'eve'), follow('bob', 'eve')],
      followingTimes: new Map([
        ['alice', NOW],
        ['bob', NOW],
        ['carol', OLD],
      ]),
    },
    NOW,
  )
  expect(drafts).toEqual([
    { kind: 'backlog', other: 'following', username: 'bob' },
    { kind: 'backlog', other: 'following', username: 'carol' },
    { kind: 'unfollow', username: 'alice', other: 'eve' },
    { kind: 'follow', username: 'alice', other: 'bob' },
  ])
})

test('the chain is told as it moved; old blocks in a row as one', () => {
  const block = (height: number, time: number, promoter?: string) =>
    ({ kind: 'connected', height, hash: HASH, time, promoter }) as const
  const moves = [
    ...[block(1, OLD), block(2, OLD, 'nobody'), block(3, NOW), block(4, NOW, 'alice')],
    { kind: 'disconnected', forkHeight: 2, tipHash: HASH } as const,
    block(3, OLD),
  ]
  expect(draftsOfChain(moves, NOW)).toEqual([
    { kind: 'backlog', other: 'blocks', number: 1, until: 2 },
    { kind: 'block', number: 3, hash: HASH },
    { kind: 'block', number: 4, hash: HASH },
    { kind: 'promoted', username: 'alice', number: 4, hash: HASH },
    { kind: 'reorganisation', number: 2, hash: HASH },
    { kind: 'backlog', other: 'blocks', number: 3, until: 3 },
  ])
})
