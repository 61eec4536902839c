import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freeP2pPort } from '../cli/free-ports.ts'
import type { ScriptedPeer } from '../devnet/scripted-peer.ts'
import { openReplayPeer } from './replay-peer.ts'
import {
  RECORDED_USERS,
  RECORDING_CLOCK,
  type RecordedBlockJson,
  type RecordedPostJson,
  type RecordedResourceJson,
  readVectors,
} from './replay-peer-recordings.ts'
import { eventually, freePort } from './services.ts'
import { buildSite } from './site-process.ts'

// The whole system, as the launcher runs it, against what reference daemons made. Everything it is compared with was
// reported by those daemons (the `json` and `rpc_answer` members of the recordings), not by code of ours.
const PROJECT = fileURLToPath(new URL('../', import.meta.url))
const FOLLOWED = ['alice', 'bob', 'carol', 'dave']
const ENCRYPTED = ['dm', 'pfav']

type UserpostJson = RecordedPostJson['json']['userpost']
interface PostJson {
  n: string
  k: number
  kind: string
  contentHash: string
}

const posts = readVectors<RecordedPostJson[]>('recordings-posts.json')
const blocks = readVectors<RecordedBlockJson[]>('recordings-chain.json')
const resources = readVectors<RecordedResourceJson[]>('recordings-dht.json')
const users =
  readVectors<Record<string, { pubkey: string; reg?: { height: number }; tx_hash?: string }>>('recordings-users.json')
const shown = posts.filter(({ json }) => !ENCRYPTED.some((member) => member in json.userpost))

const dataDir = mkdtempSync(join(tmpdir(), 'windsock-replay-'))
let peer: ScriptedPeer
let system: ChildProcess
let url: string
let output = ''

beforeAll(async () => {
  buildSite()
  const [port, peerPort, p2pPort] = [
    await freePort(),
    await freeP2pPort('127.0.0.1', 20_100),
    await freeP2pPort('127.0.0.1', 22_300),
  ]
  peer = await openReplayPeer({ port: peerPort })
  url = `http://127.0.0.1:${port}`
  const flags = ['--network', 'main', '--no-checkpoints', '--connect', `127.0.0.1:${peerPort}`]
  const places = ['--port', String(port), '--p2p-port', String(p2pPort), '--data', dataDir]
  const args = ['--import', 'tsx', 'cli/main.ts', 'up', ...flags, '--follow', FOLLOWED.join(), ...places]
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: dataDir,
    NODE_ENV: 'production' as const,
    WINDSOCK_CLOCK: String(RECORDING_CLOCK),
  }
  system = spawn(process.execPath, args, { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [system.stdout, system.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk
    })
  }
  await eventually(
    async () => [...(await postNames('users/alice/posts')), ...(await postNames('users/carol/posts'))].length,
    (count) => count === shown.filter(({ user }) => ['alice', 'carol'].includes(user)).length,
    90_000,
  ).catch((error: unknown) => {
    throw new Error(`the system does not show the recorded posts: ${output}`, { cause: error })
  })
  await eventually(
    async () => (await api<{ profile?: object }>('users/dave')).profile,
    (profile) => profile !== undefined,
  )
})

afterAll(async () => {
  if (system.exitCode === null) {
    system.kill('SIGTERM')
    await once(system, 'exit')
  }
  await peer.close()
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 })
})

test('the launcher says that it is ready, and nothing was refused', async () => {
  await eventually(
    () => output,
    (text) => text.includes(`ready ${url}\n`),
  )
  const tip = blocks.at(-1)
  // an answer may be some seconds old
  const status = await eventually(
    () => api<{ tip: { height: number }; counts: Record<string, number>; network: string }>('status'),
    ({ tip: shownTip, counts }) => shownTip.height === tip?.height && counts['posts'] === shown.length,
  )
  expect(status.network).toBe('main')
  expect(status.tip).toMatchObject({ height: tip?.height, hash: tip?.hash, time: tip?.json.time })
  expect(status.counts).toMatchObject({ names: 5, users: 4, posts: shown.length, refused: 0, waiting: 0 })
})

test('the names are those of the chain, with their keys, the replaced one too', async () => {
  const names = await api<{ items: { n: string; registeredHeight: number }[] }>('names')
  expect(names.items.map((item) => item.n)).toEqual([...RECORDED_USERS].sort())
  for (const n of RECORDED_USERS) {
    const user = await api<{ key: string; keys: { publicKey: string; height: number; txid: string; kind: string }[] }>(
      `users/${n}`,
    )
    const recorded = users[n]
    expect(user.key).toBe(recorded?.pubkey)
    expect(user.keys.at(-1)).toMatchObject({ height: recorded?.reg?.height, txid: recorded?.tx_hash })
    if (n !== 'erin') expect(user.keys.map((key) => key.kind)).toEqual(['registration'])
    else {
      expect(user.keys.map((key) => [key.kind, key.height, key.publicKey])).toEqual([
        ['registration', 43, users['erin/replaced']?.pubkey],
        ['replacement', 44, users['erin']?.pubkey],
      ])
    }
  }
})

test('every post that can be read is there, field by field and byte by byte', async () => {
  for (const { user, k, json, piece_hex } of shown) {
    const { userpost } = json
    const post = await api<Record<string, unknown> & { rt?: object; fav?: object }>(`posts/${user}/${k}`)
    expect(post, `${user}/${k}`).toMatchObject(fieldsOf(userpost))
    for (const member of ['rt', 'fav', 'reply', 'url', 'lastk']) expect(member in post).toBe(member in userpost)
    expect(await api(`posts/${user}/${k}/raw`)).toMatchObject({ piece: piece_hex })
  }
  for (const n of FOLLOWED) {
    const expected = shown.filter(({ user }) => user === n).map(({ k }) => `${n}/${k}`)
    expect((await postNames(`users/${n}/posts`)).sort(), n).toEqual(expected.sort())
  }
})

test('every kind of post is called by its name', async () => {
  const kindOf = async (path: string) => (await api<PostJson>(`posts/${path}`)).kind
  expect(await kindOf('alice/0')).toBe('post')
  expect(await kindOf('bob/0')).toBe('reply')
  expect(await kindOf('carol/0')).toBe('retwist')
  expect(await kindOf('carol/1')).toBe('retwist')
  expect(await kindOf('carol/2')).toBe('favourite')
  expect(await kindOf('alice/5')).toBe('custom')
})

test('encrypted posts are counted and never shown', async () => {
  for (const n of FOLLOWED) {
    const count = (member: string) => posts.filter(({ user, json }) => user === n && member in json.userpost).length
    expect((await api<{ counts: object }>(`users/${n}`)).counts, n).toMatchObject({
      directMessages: count('dm'),
      privateFavourites: count('pfav'),
    })
  }
  for (const { user, k } of posts.filter((post) => !shown.includes(post))) {
    for (const path of [`posts/${user}/${k}`, `posts/${user}/${k}/raw`]) {
      const response = await fetch(`${url}/api/v1/${path}`)
      expect(response.status, path).toBe(404)
      expect(await response.json()).toMatchObject({ code: 'post-encrypted' })
    }
    expect((await fetch(`${url}/@${user}/${k}`)).status).toBe(404)
  }
  const front = await postNames('posts?limit=100')
  expect(front).not.toContain('alice/3')
  expect(front).not.toContain('carol/3')
})

test('hashtags and mentions lead to the posts that the daemons filed under them', async () => {
  // the last two posts with tags were made after the daemons were asked for their lists
  expect(await postNames('hashtags/last')).toEqual(['alice/11'])
  expect(await postNames('hashtags/live')).toEqual(['alice/12'])
  for (const { n, r, rpc_answer } of resources.filter(({ r }) => r === 'hashtag' || r === 'mention')) {
    const filed = rpc_answer.map(({ p }) => nameOf((p.v as { userpost: UserpostJson }).userpost)).sort()
    const path = r === 'hashtag' ? `hashtags/${n}` : `users/${n}/mentions`
    expect((await postNames(path)).sort(), path).toEqual(filed)
  }
  const tags = await api<{ items: { tag: string }[] }>('hashtags')
  const recordedTags = resources.filter(({ r }) => r === 'hashtag').map(({ n }) => n)
  expect(tags.items.map(({ tag }) => tag).sort()).toEqual([...recordedTags, 'last', 'live'].sort())
})

test('replies and retwists hang where the daemons hung them', async () => {
  for (const { n, r, rpc_answer } of resources.filter(({ r }) => /^(replies|rts)\d+$/.test(r))) {
    const [, kind, k] = /^(replies|rts)(\d+)$/.exec(r) ?? []
    const filed = rpc_answer.map(({ p }) => nameOf((p.v as { userpost: UserpostJson }).userpost)).sort()
    const found = await postNames(`posts/${n}/${k}/${kind === 'rts' ? 'retwists' : 'replies'}`)
    expect(found.sort(), `${n} ${r}`).toEqual(filed)
  }
  expect(await postNames('posts/alice/1/favourites')).toEqual(['carol/2'])
})

test('profiles, avatars and following lists are those in the DHT', async () => {
  for (const n of FOLLOWED) {
    const user = await api<{ profile?: object; avatar?: string; counts: { following: number } }>(`users/${n}`)
    const profile = resourceOf(n, 'profile')
    if (profile === undefined) expect(user.profile).toBeUndefined()
    else expect(user.profile).toMatchObject(profile as object)
    const follows = (resourceOf(n, 'following1') ?? []) as string[]
    const following = await api<{ items: { n: string }[] }>(`users/${n}/following`)
    expect(following.items.map((item) => item.n)).toEqual([...follows].sort())
    expect(user.avatar !== undefined).toBe(resourceOf(n, 'avatar') !== undefined)
    if (user.avatar !== undefined) {
      const picture = await fetch(url + user.avatar)
      expect(picture.status).toBe(200)
      expect(picture.headers.get('content-type')).toMatch(/^image\//)
    }
  }
  const followers = await api<{ items: { n: string }[] }>('users/bob/followers')
  expect(followers.items.map((item) => item.n)).toEqual(['alice'])
})

test('promoted messages are those of the blocks', async () => {
  const messages = await api<{ items: object[] }>('promoted?limit=100')
  const expected = blocks.map(({ height, hash, json }) => ({
    height,
    blockHash: hash,
    time: json.time,
    n: json.spamUser,
    msg: json.spamMessage,
    isSigned: json.spamUser !== 'nobody',
  }))
  expect(messages.items.length).toBe(expected.length)
  expect(messages.items).toMatchObject(expected.reverse())
  expect(await api('blocks/43')).toMatchObject({ registrations: [{ n: 'erin', kind: 'registration' }] })
  expect(await api('blocks/44')).toMatchObject({ registrations: [{ n: 'erin', kind: 'replacement' }] })
})

test('the pages show it too', async () => {
  const page = await (await fetch(`${url}/@bob/0`)).text()
  expect(page).toContain('this is a reply')
  expect(page).toContain('hello world from alice')
})

test('what was searched for is marked, on the page of the search alone', async () => {
  const word = 'reply'
  const page = await (await fetch(`${url}/search?q=${word}`)).text()
  const marked = [...page.matchAll(/<mark>([^<]*)<\/mark>/g)].map(([, text = '']) => text.toLowerCase())
  expect(new Set(marked)).toEqual(new Set([word]))
  expect(await (await fetch(url)).text()).not.toContain('<mark>')
})

test('the peer was talked to as a reference daemon expects', () => {
  expect(peer.commands).toEqual(expect.arrayContaining(['version', 'verack', 'getheaders', 'getdata']))
  expect(peer.methods).toEqual(expect.arrayContaining(['findNode', 'getData', 'announcePeer']))
})

/** What the reference reported of a post, in the words of our API. */
function fieldsOf(userpost: UserpostJson): object {
  const { n, k, time, height, msg = '', msg2 = '', lastk, reply, url: target, mimetype, rt, fav } = userpost
  // a quoted post is not part of its author's chain of posts here: without lastk
  const inner = (post: unknown) => post && fieldsOf({ ...(post as UserpostJson), lastk: undefined })
  const fields = { n, k, time, height, msg, msg2, lastk, mimetype, url: target, reply, rt: inner(rt), fav: inner(fav) }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function resourceOf(n: string, r: string): unknown {
  return resources.find((resource) => resource.n === n && resource.r === r)?.rpc_answer[0]?.p.v
}

async function postNames(path: string): Promise<string[]> {
  return ((await api<{ items?: PostJson[] }>(path)).items ?? []).map(nameOf)
}

function nameOf({ n, k }: { n: string; k: number }): string {
  return `${n}/${k}`
}

async function api<T = Record<string, unknown>>(path: string): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}`).catch(() => undefined)
  return ((await response?.json()) ?? {}) as T
}
