import { beforeAll, expect, test } from 'vitest'
import { bytesToHex, utf8Decode } from '../node/protocol/bytes.ts'
import { ZERO_HASH } from '../node/protocol/hash.ts'
import type { NameView } from '../node/protocol/name-view.ts'
import { checkUserpost } from '../node/protocol/rules/check-userpost.ts'
import { encodePush } from '../node/protocol/script.ts'
import { publicKeyOf } from '../node/protocol/signature.ts'
import { userpostKind } from '../node/protocol/userpost.ts'
import { AUTHORS, authorByName } from './authors.ts'
import { AVATAR_MAX_CHARS, avatarText } from './avatar.ts'
import { Notebook, type Written } from './compose.ts'
import { decrypt } from './ecies.ts'
import { privateKeyOf } from './seed.ts'
import { OPENING_BLOCK_SECONDS, OPENING_BLOCKS, openingBeats, openingBlocks, REPLACEMENT_HEIGHT } from './story.ts'

const SEED = 'windsock'
const START = 1_700_000_000

let posts: readonly Written[] = []
const byKey = (key: string) => posts.find((written) => written.beat.key === key)

beforeAll(() => {
  posts = writeOpening(SEED)
})

test('the same seed and clock give the same bytes', () => {
  const again = writeOpening(SEED)
  expect(again.map((written) => bytesToHex(written.signed.piece))).toEqual(
    posts.map((written) => bytesToHex(written.signed.piece)),
  )
})

test('every post is accepted', () => {
  const view = openingNames()
  for (const { signed } of posts) {
    const { n, k } = signed.userpost
    expect(checkUserpost(signed, { username: n, k }, view), `${n}/${k}`).toEqual({ kind: 'accept' })
  }
})

test('there is every kind of post', () => {
  const kinds = new Set(posts.map((written) => userpostKind(written.signed.userpost)))
  expect([...kinds].sort()).toEqual(['custom', 'direct', 'favourite', 'post', 'private-favourite', 'reply', 'retwist'])
  expect(posts.some(({ signed }) => signed.userpost.msg2 !== '')).toBe(true)
  expect(posts.some(({ signed }) => signed.sigWort !== undefined)).toBe(true)
  expect(posts.some(({ signed }) => signed.userpost.reply?.n.startsWith('!'))).toBe(true)
  expect(posts.some(({ signed }) => /\(2\/3\)$/.test(signed.userpost.msg + signed.userpost.msg2))).toBe(true)
  expect(posts.some(({ signed }) => /twist:[A-Za-z0-9+/]{11}=/.test(signed.userpost.msg))).toBe(true)
})

test('a retwist of a commented retwist carries the comment with its sig_wort', () => {
  const comment = byKey('carol-on-kyoto')
  const again = byKey('frank-on-carol')
  expect(again?.signed.userpost.rt?.signature).toEqual(comment?.signed.sigWort)
  expect(again?.signed.userpost.rt?.userpost.msg).toBe(comment?.signed.userpost.msg)
})

test("erin's posts are signed with her key of their time", () => {
  // the acceptance test above checks both against the key of their height
  expect(byKey('keychange-warning')?.fields.height).toBeLessThan(REPLACEMENT_HEIGHT)
  expect(byKey('keychange-done')?.fields.height).toBeGreaterThanOrEqual(REPLACEMENT_HEIGHT)
})

test('a direct message is for its reader alone', () => {
  const direct = posts.find((written) => written.beat.act.kind === 'direct')
  const act = direct?.beat.act
  if (direct?.fields.dm === undefined || act?.kind !== 'direct') throw new Error('no direct message')
  const plain = decrypt(direct.fields.dm, privateKeyOf(SEED, act.readableBy, 0))
  expect(utf8Decode(plain ?? new Uint8Array())).toContain(act.text)
  expect(decrypt(direct.fields.dm, privateKeyOf(SEED, 'mallory', 0))).toBeUndefined()
  expect(utf8Decode(direct.signed.raw) ?? '').not.toContain('DEVNET-SECRET')
})

test('the values for the DHT are those of the reference', () => {
  const resources = (key: string) => byKey(key)?.puts.map(({ resource: { n, r, t } }) => `${n}/${r}/${t}`)
  const reply = byKey('stayed-bob')
  const parent = byKey('stayed')
  expect(resources('stayed-bob')).toEqual([
    `bob/post${reply?.fields.k}/s`,
    'bob/status/s',
    `alice/replies${parent?.fields.k}/m`,
    'mesh/hashtag/m',
    'alice/mention/m',
  ])
  const favourite = posts.find((written) => written.beat.act.kind === 'favourite' && written.fields.msg?.includes('#'))
  expect(favourite?.puts.map((put) => put.resource.r)).toEqual(['hashtag'])
})

test('avatars are small pictures, always the same', async () => {
  for (const author of AUTHORS) {
    const text = await avatarText(SEED, author)
    expect(text).toBe(await avatarText(SEED, author))
    expect(text?.length).toBeLessThanOrEqual(AVATAR_MAX_CHARS)
  }
  expect(await avatarText(SEED, authorByName('alice'))).toMatch(/^data:image\/png;base64,/)
})

function writeOpening(seed: string): Written[] {
  const notebook = new Notebook(seed)
  return openingBeats(seed).map((beat) =>
    notebook.write(beat, {
      time: START + beat.at,
      height: Math.floor(beat.at / OPENING_BLOCK_SECONDS) - 1,
    }),
  )
}

/** The names as the chain of the opening history would hold them. */
function openingNames(): NameView {
  const blocks = openingBlocks()
  return {
    tipHeight: OPENING_BLOCKS,
    history: (name) =>
      blocks.flatMap((block) =>
        block.registrations
          .filter((registration) => registration.name === name)
          .map(({ generation }) => ({
            height: block.height,
            blockHash: ZERO_HASH,
            txid: ZERO_HASH,
            pubKeyScript: encodePush(publicKeyOf(privateKeyOf(SEED, name, generation))),
            index: 1,
          })),
      ),
  }
}
