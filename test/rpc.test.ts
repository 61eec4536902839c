import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRateLimit } from '../app/_server/rate-limit.ts'
import { createRpcRoute } from '../app/_server/rpc-route.ts'
import { createRpc } from '../app/rpc/execute-rpc.ts'
import { REFUSED_METHODS } from '../app/rpc/refused-methods.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { type FrontServer, startFront } from './front-server.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { recordedItems, recordedParams } from './recorded-items.ts'
import { RECORDED_NOW, RECORDED_TIP_HEIGHT } from './recorded-names.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import chain from './vectors/recordings-chain.json' with { type: 'json' }
import resources from './vectors/recordings-dht.json' with { type: 'json' }
import posts from './vectors/recordings-posts.json' with { type: 'json' }
import answers from './vectors/recordings-rpc.json' with { type: 'json' }
import users from './vectors/recordings-users.json' with { type: 'json' }

let postgres: TestPostgres
let index: TestIndex
let reader: Reader
let front: FrontServer
const failures: unknown[] = []

/** The recorded network in an index, asked over HTTP as a client of the reference asks. */
beforeAll(async () => {
  postgres = await startPostgres()
  index = await openTestIndex(postgres, recordedParams)
  await index.write(recordedItems())
  reader = openReader(index.url)
  const execute = createRpc({ reader, clock: { now: () => RECORDED_NOW } })
  const limit = createRateLimit({ perMinute: 0, nowMs: () => 0 })
  const route = createRpcRoute({ execute, limit, onFailure: (method, error) => failures.push(method, error) })
  front = await startFront({ reader, now: RECORDED_NOW, direct: [route] })
}, 60_000)

afterAll(async () => {
  await front?.close()
  await reader?.end()
  await index?.close()
  await postgres?.close()
})

interface Reply {
  result: unknown
  error: { code: number; message: string } | null
  id: unknown
}

async function ask(body: unknown): Promise<{ status: number; text: string }> {
  const response = await fetch(`${front.url}/rpc`, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, text: await response.text() }
}

async function call(method: string, ...params: unknown[]): Promise<unknown> {
  const { text } = await ask({ id: 1, method, params })
  const { result, error } = JSON.parse(text) as Reply
  expect(error, `${method} ${JSON.stringify(params)}`).toBeNull()
  return result
}

async function codeOf(method: string, ...params: unknown[]): Promise<number | undefined> {
  const { text } = await ask({ id: 1, method, params })
  return (JSON.parse(text) as Reply).error?.code
}

/** With the keys in their order. */
const written = (value: unknown): string => JSON.stringify(value)

describe('the same as the reference answered', () => {
  test('blocks, each with what it holds in its order, and its bytes', async () => {
    expect(await call('getblockcount')).toBe(RECORDED_TIP_HEIGHT)
    expect(await call('getbestblockhash')).toBe(chain.at(-1)?.hash)
    for (const { height, hash, hex, json } of chain) {
      expect(await call('getblockhash', height)).toBe(hash)
      expect(written(await call('getblock', hash))).toBe(written(json))
      expect(await call('getblock', hash, false)).toBe(hex)
    }
    expect(await call('getdifficulty')).toBe(chain.at(-1)?.json.difficulty)
  })

  test('registrations and their ordinals', async () => {
    for (const name of ['alice', 'bob', 'carol', 'erin', 'dave'] as const) {
      const { reg: recorded } = users[name]
      const { hex, txid, version, message, username, pubKey, nonce } = recorded
      expect(await call('getrawtransaction', name)).toBe(hex)
      expect(written(await call('getrawtransaction', name, 1))).toBe(written(recorded))
      const decoded = { txid, version, message, username, pubKey, nonce }
      expect(written(await call('decoderawtransaction', hex))).toBe(written(decoded))
      expect(await call('dumppubkey', name)).toBe(users[name].pubkey)
      const uid = await call('usernametouid', name)
      expect(await call('uidtousername', uid)).toBe(name)
    }
  })

  test('every public post', async () => {
    const isEncrypted = (userpost: object) => 'dm' in userpost || 'pfav' in userpost
    for (const { user, k, json } of posts) {
      if (isEncrypted(json.userpost)) expect(await codeOf('peekpost', user, k)).toBe(-24)
      else expect(written(await call('peekpost', user, k))).toBe(written(json))
    }
  })

  test.each(resources)('dhtget $n $r $t', async ({ n, r, t, rpc_answer: recorded }) => {
    const answer = (await call('dhtget', n, r, t)) as { p: { v: object } }[]
    if (r === 'tracker') {
      // A swarm's addresses are not told, and its followers are those whose published lists hold the user.
      for (const { p } of answer) expect(p).toMatchObject({ target: { n, r, t }, v: { values: [], values_size: 0 } })
      return
    }
    expect(answer.map(written).sort()).toEqual(recorded.map(written).sort())
  })

  test('public mentions, promoted messages, and what holds a text', async () => {
    expect(written(await call('getmentions', 'bob', 10))).toBe(written(answers.getmentions_bob))
    expect(written(await call('getspamposts', 10))).toBe(written(answers.getspamposts))
    expect(written(await call('search', 'messages', 'hello', 10))).toBe(written(answers.search))
  })

  test('hashtags in use, as a set', async () => {
    expect([...((await call('gettrendinghashtags', 10)) as string[])].sort()).toEqual(
      [...answers.gettrendinghashtags].sort(),
    )
  })

  test('favourites but the private one, and last posts', async () => {
    const open = answers.getfavs_carol.filter(({ isPrivate }) => isPrivate === 0)
    expect(open).toHaveLength(1)
    expect(written(await call('getfavs', 'carol', 10))).toBe(written(open))
    expect(await call('getlasthave', 'x', ['bob', 'alice', 'carol'])).toEqual(answers.getlasthave)
    const { alice: _, ...followed } = answers.getnumpieces
    expect(await call('getnumpieces', 'alice')).toEqual(followed)
  })

  test('of itself only what is nobody’s secret, under the same keys', async () => {
    const info = (await call('getinfo')) as Record<string, unknown>
    expect(Object.keys(info)).toEqual(Object.keys(answers.getinfo))
    expect(info).toMatchObject({ blocks: 48, difficulty: answers.getinfo.difficulty, version: answers.getinfo.version })
    expect(info).toMatchObject({ ext_addr_net1: '', ext_addr_net2: '', ext_port1: 0, proxy: '' })
  })
})

const ids = (found: unknown) =>
  (found as { userpost: { n: string; k: number } }[]).map(({ userpost }) => `${userpost.n}/${userpost.k}`)

describe('getposts', () => {
  const alice = { username: 'alice' }

  test('gives the newest of each, by their times; of one time as the reference orders them', async () => {
    const all = await call('getposts', 100, [alice, { username: 'carol' }, { username: 'nobody_here' }])
    expect(ids(all)).toEqual([
      ...[
        'alice/13',
        'alice/12',
        'alice/11',
        'alice/5',
        'alice/6',
        'carol/1',
        'carol/0',
        'alice/0',
        'alice/1',
        'alice/2',
      ],
    ])
    expect(ids(await call('getposts', 2, [alice, { username: 'carol' }]))).toEqual(['alice/13', 'alice/12'])
    expect(await call('getposts', 0, [alice])).toEqual([])
    expect(await call('getposts', -1, [alice])).toEqual([])
  })

  test('max_id is the last one, since_id the one before the first', async () => {
    expect(ids(await call('getposts', 9, [{ ...alice, max_id: 12, since_id: 6 }]))).toEqual(['alice/12', 'alice/11'])
    expect(ids(await call('getposts', 9, [{ ...alice, max_id: 1 }]))).toEqual(['alice/0', 'alice/1'])
    expect(await call('getposts', 9, [{ ...alice, max_id: -5 }])).toEqual([])
  })

  test('the flags choose kinds, and no flag opens what is encrypted', async () => {
    const users = [{ username: 'carol' }, alice, { username: 'bob' }]
    expect(ids(await call('getposts', 100, users, 1, 1))).toEqual(['carol/1', 'carol/0'])
    expect(ids(await call('getposts', 100, users, 15, 4))).toEqual(['carol/2'])
    for (const flags of [2, 12, 15]) expect(await call('getposts', 100, users, flags, 2)).toEqual([])
    expect(await call('getposts', 100, users, 15, 8)).toEqual([])
  })
})

test('mentions are counted from the oldest on', async () => {
  const all = (await call('getmentions', 'alice', 10)) as { id: number }[]
  expect([all.map(({ id }) => id), ids(all)]).toEqual([
    [0, 1, 2],
    ['bob/0', 'bob/1', 'dave/0'],
  ])
  expect(ids(await call('getmentions', 'alice', 1))).toEqual(['dave/0'])
  expect(ids(await call('getmentions', 'alice', 1, { max_id: 1 }))).toEqual(['bob/1'])
  expect(ids(await call('getmentions', 'alice', 9, { since_id: 0 }))).toEqual(['bob/1', 'dave/0'])
})

test('promoted messages from one height to another', async () => {
  const heights = async (...params: number[]) =>
    ((await call('getspamposts', ...params)) as { userpost: { k: number } }[]).map(({ userpost }) => userpost.k)
  expect(await heights(9)).toEqual([1, 9, 48])
  expect(await heights(1)).toEqual([48])
  expect(await heights(9, 20, 5)).toEqual([9, 20])
  expect(await heights(9, 5)).toEqual([1, 5])
  expect(await heights(9, 3, 40)).toEqual([])
})

describe('search', () => {
  const found = async (...params: unknown[]) => ids(await call('search', 'messages', ...params))

  test('finds parts of words, with letters as they are unless told otherwise', async () => {
    expect(await found('ello wor', 10)).toEqual(['carol/0', 'alice/0'])
    expect(await found('HELLO wor', 10)).toEqual([])
    expect(await found('HELLO wor', 10, { case: 'insensitive' })).toEqual(['carol/0', 'alice/0'])
    expect(await found('hello', 1)).toEqual(['dave/0'])
    expect(await found('%', 10)).toEqual([])
  })

  test('all words, any word, one author, some days', async () => {
    expect(await found('dave live', 10, { mode: 'all' })).toEqual(['alice/12'])
    expect(await found('dave hi', 10, { mode: 'any', username: 'bob' })).toEqual(['bob/1', 'bob/0'])
    expect(await found(' ', 10, { mode: 'all' })).toEqual([])
    expect(await found('hello', 10, { agemin: 1 })).toEqual([])
    expect(await found('hello', 10, { agemax: 1 })).toHaveLength(3)
    expect(await found('hello', 10, { agemax: -(2 ** 40) })).toEqual([])
  })

  test('names and hashtags by length, profiles by name, favourites of one user', async () => {
    expect(await call('search', 'users', 'A', 10)).toEqual(['dave', 'alice', 'carol'])
    expect(await call('search', 'users', '_', 10)).toEqual([])
    expect(await call('search', 'hashtags', 'r', 2)).toEqual(['first', 'reply'])
    expect(await call('search', 'profiles', 'test user', 10)).toEqual([
      { profile: expect.objectContaining({ fullname: 'Alice A.' }), username: 'alice' },
      { profile: expect.objectContaining({ fullname: 'Bob B.' }), username: 'bob' },
    ])
    expect(ids(await call('search', 'favorites', 'nice', 10, { username: 'carol' }))).toEqual(['carol/2'])
    expect(ids(await call('search', 'favorites', '世界', 10, { username: 'carol' }))).toEqual(['carol/2'])
  })
})

describe('names, links and swarms', () => {
  test('names by what they begin with; ordinals also of those that were replaced, and of nobody', async () => {
    expect(await call('listusernamespartial', 'a', 5)).toEqual(['alice'])
    expect(await call('listusernamespartial', '', 5)).toEqual([])
    expect(await call('listusernamespartial', 'é%', 5)).toEqual([])
    expect(await call('uidtousername', 47)).toBe('erin')
    expect(await call('usernametouid', 'erin')).toBe(49)
    expect(await call('uidtousername', 54)).toBe('')
    for (const uid of [-1, 55, 2 ** 40]) expect(await codeOf('uidtousername', uid)).toBe(-32603)
    expect(await codeOf('usernametouid', 'zoe')).toBe(-32603)
  })

  test('a short link is what its post says', async () => {
    const link = (uid: number, k: number) => {
      const bytes = Buffer.alloc(8)
      bytes.writeUInt32LE(uid, 0)
      bytes.writeUInt32LE(k, 4)
      return `twist:${bytes.toString('base64')}`
    }
    expect(await call('decodeshorturl', link(7, 5))).toEqual(['http://example.com/', 'text/html'])
    expect(await call('decodeshorturl', link(7, 0))).toEqual(['', ''])
    expect(await codeOf('decodeshorturl', link(7, 3))).toBe(-24)
    expect(await codeOf('decodeshorturl', link(7, 2 ** 32 - 1))).toBe(-24)
    expect(await codeOf('decodeshorturl', link(2 ** 32 - 1, 0))).toBe(-32603)
    for (const text of ['http://example.com/', 'twist:AAAA']) expect(await codeOf('decodeshorturl', text)).toBe(-32700)
  })

  test('one field of a post, or several', async () => {
    expect(await call('peekpost', 'alice', 5, 'url')).toBe('http://example.com/')
    expect(await call('peekpost', 'alice', 5, 'url,mimetype,other,k')).toEqual([
      'http://example.com/',
      'text/html',
      '',
      '',
    ])
    expect(await call('peekpost', 'alice', 5, 'k')).toBeNull()
    expect(await codeOf('peekpost', 'alice', 99)).toBe(-24)
  })

  test('last posts of whom one names', async () => {
    expect(written(await call('getlasthave', 'x', ['zoe', 'bob', 'alice', 'bob']))).toBe(
      '{"alice":13,"bob":2,"zoe":-1}',
    )
    expect(await call('getfollowing', 'alice')).toEqual(['bob', 'carol'])
    expect([await call('getpiecemaxseen', 'alice', 3), await call('getpieceavailability', 'alice', 99)]).toEqual([1, 0])
  })
})

test('a post that came another way than through the DHT is given with an envelope that nobody signed', async () => {
  const [value] = (await call('dhtget', 'alice', 'post13', 's')) as { p: object; sig_p: string; sig_user: string }[]
  const post = posts.find(({ user, k }) => user === 'alice' && k === 13)
  expect(written(value)).toBe(
    written({
      p: { height: 47, seq: 1, target: { n: 'alice', r: 'post13', t: 's' }, time: 1795358813, v: post?.json },
      sig_p: '',
      sig_user: 'alice',
    }),
  )
  expect(await call('dhtget', 'alice', 'post3', 's')).toEqual([])
})

test.each<[number, string, unknown[]]>([
  [-1, 'getblockhash', ['a']],
  [-1, 'getblockhash', [1.5]],
  [-1, 'getblockhash', [99_999]],
  [-1, 'getblockhash', []],
  [-1, 'getposts', [5, ['alice']]],
  [-1, 'getlasthave', ['x', 'y']],
  [-5, 'getblock', ['zz']],
  [-5, 'getblock', ['aa'.repeat(32)]],
  [-1, 'getblock', ['aa', 1]],
  [-5, 'getrawtransaction', ['zoe', 1]],
  [-22, 'decoderawtransaction', ['00']],
  [-8, 'decoderawtransaction', ['xx']],
  [-8, 'getposts', [1, Array.from({ length: 201 }, () => ({ username: 'alice' }))]],
  [-1, 'search', ['messages', '', 5]],
  [-1, 'search', ['nope', 'x', 5]],
  [-8, 'search', ['favorites', 'x', 5]],
  [-23, 'search', ['directmsgs', 'x', 5]],
  [-23, 'getdirectmsgs', ['bob', 1, []]],
  [-23, 'newpostmsg', ['alice', 14, 'hello']],
  [-23, 'dumpprivkey', ['alice']],
  [-32601, 'nosuch', []],
])('error %i: %s %j', async (code, method, params) => {
  expect(await codeOf(method, ...params)).toBe(code)
  expect(failures).toEqual([])
})

test('the calls of a public server and those that read are told of, and every other one of the reference is refused', async () => {
  const methods = String(await call('help'))
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
  expect(methods.filter((method) => REFUSED_METHODS.has(method))).toEqual([])
  // "Allowed methods" (dht-swarm-posts.md 6.3), but for dhtputraw and newpostraw, which write.
  const ofPublicServer = ['help', 'getbestblockhash', 'getinfo', 'listwalletusers', 'getblock', 'dhtget', 'peekpost']
  const more = [
    'listusernamespartial',
    'gettrendinghashtags',
    'getpieceavailability',
    'getpiecemaxseen',
    'usernametouid',
  ]
  expect(methods).toEqual(expect.arrayContaining([...ofPublicServer, ...more, 'uidtousername', 'decodeshorturl']))
  for (const method of REFUSED_METHODS) expect(await codeOf(method), method).toBe(-23)
  expect(await call('help', 'getblock')).toMatch(/^getblock <hash> \[verbose=true\]\n/)
  expect(await call('help', 'nosuch')).toBe('help: unknown command: nosuch')
})
