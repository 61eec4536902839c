import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runBlock, runBlocks, runUnblock } from '../cli/blocks.ts'
import { forgetQuarantined, listQuarantine, retryQuarantined, showQuarantined } from '../cli/quarantine.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { startPostgres, type TestPostgres } from './services.ts'
import { blockItem, genesisBlock, keyOf, mine, postItem, register, tinyParams } from './tiny-chain.ts'

let server: TestPostgres
let index: TestIndex
let said: string[]
let warned: string[]
const terminal = { say: (line: string) => void said.push(line), warn: (line: string) => void warned.push(line) }
const one = mine(genesisBlock(), [register('alice', keyOf('alice'))])

beforeAll(async () => {
  server = await startPostgres()
  index = await openTestIndex(server, tinyParams)
})

beforeEach(async () => {
  said = []
  warned = []
  await index.clear()
  await index.write([blockItem(one)])
})

afterAll(async () => {
  await index?.close()
  await server?.close()
})

function target() {
  return { queue: { kind: 'postgres' as const, url: index.url }, databaseUrl: index.url }
}

function post(k: number, msg: string, key = 'alice') {
  return postItem({ n: 'alice', k, height: 1, time: 1_400_000_000, msg }, keyOf(key))
}

describe('block, unblock and blocks', () => {
  test('say what they did, and list it with its reason', async () => {
    await index.write([post(0, 'Bad word here'), post(1, 'BAD, word!'), post(2, 'badword')])
    expect(await runBlock(target(), 'word', 'Bad Word', ' spam\u001b[2J\nhere. ', terminal)).toBe(0)
    expect(await runBlock(target(), 'user', '@Bob', 'asked for', terminal)).toBe(0)
    expect(said).toEqual([
      'word bad word is blocked; 2 posts hidden',
      'user bob is blocked; 0 posts of others, which embed theirs, hidden',
    ])
    said = []
    expect(await runBlocks(target(), false, terminal)).toBe(0)
    expect(said).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\d {2}user {2}bob: asked for$/),
      expect.stringMatching(/^\d{4}-\d\d-\d\d {2}word {2}bad word \(2 posts\): spam \[2J here$/),
      '2 blocks, 0 authors opted out',
    ])
    said = []
    await runBlocks(target(), true, terminal)
    expect(JSON.parse(said.join(''))).toMatchObject({
      blocks: [{ kind: 'user' }, { kind: 'word', posts: 2 }],
      optedOut: 0,
    })
    said = []
    expect(await runUnblock(target(), 'word', 'bad word', terminal)).toBe(0)
    expect(said).toEqual(['word bad word is blocked no longer; 2 posts shown again'])
    expect(await runUnblock(target(), 'word', 'bad word', terminal)).toBe(1)
    expect(warned).toEqual(['windsock: word bad word is not blocked'])
  })

  test('refuse what they cannot do', async () => {
    await expect(runBlock(target(), 'post', 'alice', 'why', terminal)).rejects.toThrow('name/number')
    await expect(runBlock(target(), 'user', 'alice', ' \n', terminal)).rejects.toThrow('--reason')
    await expect(runBlock(target(), 'user', 'alice', 'x'.repeat(501), terminal)).rejects.toThrow('--reason')
  })
})

describe('quarantine', () => {
  const all = { limit: 50, isJson: false }

  async function ids(): Promise<number[]> {
    const rows = await index.db<{ id: number }[]>`SELECT id FROM quarantine ORDER BY id`
    return rows.map(({ id }) => id)
  }

  beforeEach(() => index.write([post(0, 'forged \u001b[31m', 'mallory'), post(1, 'forged, too', 'mallory')]))

  test('lists what was refused, by code and user', async () => {
    const [first, second] = await ids()
    await listQuarantine(target(), all, terminal)
    expect(said).toEqual([
      expect.stringMatching(new RegExp(`^${second} .* bad-userpost-signature {2}userpost @alice/1 from swarm$`)),
      expect.stringMatching(new RegExp(`^${first} .* bad-userpost-signature {2}userpost @alice/0 from swarm$`)),
      '2 refused: 2 bad-userpost-signature',
    ])
    for (const filter of [{ code: 'another' }, { username: 'bob' }]) {
      said = []
      await listQuarantine(target(), { ...all, ...filter }, terminal)
      expect(said).toEqual(['nothing was refused'])
    }
    said = []
    await listQuarantine(
      target(),
      { ...all, code: 'bad-userpost-signature', username: 'alice', limit: 1, isJson: true },
      terminal,
    )
    expect(JSON.parse(said.join(''))).toMatchObject({
      codes: [{ code: 'bad-userpost-signature', count: 2 }],
      items: [{ id: second, n: 'alice', k: 1, canRetry: true }],
    })
  })

  test('shows one with what it says and its bytes, and nothing that steers a terminal', async () => {
    const [first = 0] = await ids()
    expect(await showQuarantined(target(), first, false, terminal)).toBe(0)
    expect(said).toContain('refused for: bad-userpost-signature')
    expect(said).toContain(String.raw`  msg: "forged \u001b[31m"`)
    const piece = Buffer.from(said.filter((line) => /^[0-9a-f]{2,64}$/.test(line)).join(''), 'hex').toString('latin1')
    expect(piece).toMatch(/^d12:sig_userpost65:.*8:userpostd.*ee$/s)
    expect(said.join('')).not.toMatch(/\p{Cc}/u)
    expect(await showQuarantined(target(), 999_999, false, terminal)).toBe(1)
  })

  test('what is tried again is judged at the next block', async () => {
    const [first = 0, second = 0] = await ids()
    await retryQuarantined(target(), { ids: [first], code: undefined, username: undefined }, terminal)
    expect(said).toEqual(['1 will be judged again at the next block'])
    expect(await ids()).toEqual([second])
    await index.write([blockItem(mine(one, []))])
    expect(await index.db`SELECT 1 FROM pending_item`).toHaveLength(0)
    expect(await index.db`SELECT k FROM quarantine ORDER BY id`).toEqual([{ k: 1 }, { k: 0 }])
  })

  test('what is forgotten is gone, and nothing else', async () => {
    await forgetQuarantined(target(), { ids: undefined, code: 'another', username: undefined }, terminal)
    expect(await ids()).toHaveLength(2)
    await forgetQuarantined(target(), { ids: undefined, code: undefined, username: 'alice' }, terminal)
    expect(said).toEqual(['0 forgotten', '2 forgotten'])
    expect(await ids()).toEqual([])
  })
})
