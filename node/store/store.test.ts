import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Hash256 } from '../protocol/hash.ts'
import { networkParams } from '../protocol/params.ts'
import type { Username } from '../protocol/username.ts'
import { openStore, type Store } from './store.ts'

const log = pino({ level: 'silent' })
const params = networkParams('regtest', { checkpoints: false })
const alice = 'alice' as Username
const provenance = { source: 'swarm', firstSeen: 1_795_358_400.125, tipHeight: 7 } as const

let path: string
let store: Store

beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), 'windsock-store-'))
  store = await openStore({ path, params, log })
})

afterEach(async () => {
  await store.close()
  rmSync(path, { recursive: true })
})

async function reopen(): Promise<void> {
  await store.close()
  store = await openStore({ path, params, log })
}

function dhtItem(seed: number, seq: number | undefined, announce: boolean) {
  return {
    ...provenance,
    target: new Uint8Array(20).fill(9),
    p: Uint8Array.of(seed),
    sigP: new Uint8Array(65).fill(seed),
    sigUser: 'alice',
    height: seed,
    seq,
    isMulti: seq === undefined,
    announce,
  }
}

test('a data folder of another network is refused with a clear sentence', async () => {
  const other = networkParams('main', { checkpoints: true })
  await store.close()
  await expect(openStore({ path, params: other, log })).rejects.toThrow(
    'belongs to the network "regtest", not to "main"',
  )
  store = await openStore({ path, params, log })
})

test('a data folder that another process has open is refused, until that process is gone', async () => {
  await store.close()
  const script = `
    import pino from 'pino'
    import { openStore } from ${JSON.stringify(join(import.meta.dirname, 'store.ts'))}
    import { networkParams } from ${JSON.stringify(join(import.meta.dirname, '../protocol/params.ts'))}
    const params = networkParams('regtest', { checkpoints: false })
    await openStore({ path: ${JSON.stringify(path)}, params, log: pino({ level: 'silent' }) })
    process.stdout.write('open')
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  await expect(openStore({ path, params, log })).rejects.toThrow(`is in use by process ${child.pid}.`)
  child.kill('SIGKILL')
  await once(child, 'close')
  store = await openStore({ path, params, log })
})

test('the node id is made with the folder and stays', async () => {
  const { nodeId } = store.outbox
  await reopen()
  expect(store.outbox.nodeId).toBe(nodeId)
})

test('a piece is stored once, its rival is kept beside it, and both are announced', async () => {
  const first = Uint8Array.of(1)
  const rival = Uint8Array.of(2)
  expect(store.posts.putPost(alice, 3, first, provenance)).toBe('new')
  expect(store.posts.putPost(alice, 3, first, provenance)).toBe('held')
  expect(store.posts.putPost(alice, 3, rival, provenance)).toBe('rival')
  expect(store.posts.putPost(alice, 3, rival, provenance)).toBe('held')
  await reopen()
  expect(store.posts.post(alice, 3)).toEqual(first)
  expect(store.outbox.lastSequence()).toBe(2)
  expect(store.outbox.read(1, 10, 1000)).toEqual([
    { seq: 1, kind: 'userpost', username: 'alice', k: 3, piece: first, ...provenance },
    { seq: 2, kind: 'userpost', username: 'alice', k: 3, piece: rival, ...provenance },
  ])
})

test('numbers held are ascending and belong to one name alone', () => {
  for (const k of [300, 2, 70_000]) store.posts.putPost(alice, k, Uint8Array.of(k % 256), provenance)
  store.posts.putPost('alice2' as Username, 5, Uint8Array.of(5), provenance)
  expect(store.posts.heldNumbers(alice)).toEqual([2, 300, 70_000])
  expect(store.posts.highestHeld(alice)).toBe(70_000)
  expect(store.posts.highestHeld('ali' as Username)).toBeUndefined()
  store.posts.deletePost(alice, 70_000)
  expect(store.posts.highestHeld(alice)).toBe(300)
})

test('the outbox leaves out what was deleted and honours both limits', () => {
  for (const k of [0, 1, 2, 3]) store.posts.putPost(alice, k, new Uint8Array(100).fill(k), provenance)
  store.posts.deletePost(alice, 1)
  expect(store.outbox.read(1, 2, 1000).map((item) => item.seq)).toEqual([1, 3])
  expect(store.outbox.read(2, 10, 150).map((item) => item.seq)).toEqual([3])
  expect(store.outbox.read(4, 10, 1).map((item) => item.seq)).toEqual([4])
  expect(store.outbox.read(5, 10, 1)).toEqual([])
})

test('listeners hear of appended entries after the commit, once for a batch', () => {
  let calls = 0
  const stop = store.outbox.onAppend(() => calls++)
  store.write(() => {
    store.posts.putPost(alice, 1, Uint8Array.of(1), provenance)
    store.posts.putPost(alice, 2, Uint8Array.of(2), provenance)
    expect(calls).toBe(0)
  })
  expect(calls).toBe(1)
  stop()
  store.posts.putPost(alice, 3, Uint8Array.of(3), provenance)
  expect(calls).toBe(1)
})

test('a write that throws leaves nothing, not even a sequence number', () => {
  expect(() =>
    store.write(() => {
      store.posts.putPost(alice, 1, Uint8Array.of(1), provenance)
      throw new Error('full disk')
    }),
  ).toThrow('full disk')
  expect(store.posts.post(alice, 1)).toBeUndefined()
  store.posts.putPost(alice, 2, Uint8Array.of(2), provenance)
  expect(store.outbox.read(1, 10, 1000).map((item) => item.seq)).toEqual([1])
})

test('of a single DHT item the highest seq is live, of equal ones the highest height; what it replaced stays readable if announced', () => {
  const target = new Uint8Array(20).fill(9)
  expect(store.dhtItems.putItem(dhtItem(1, 1, true))).toBe('new')
  expect(store.dhtItems.putItem(dhtItem(3, 2, true))).toBe('new')
  expect(store.dhtItems.putItem(dhtItem(2, 2, true))).toBe('stale')
  expect(store.dhtItems.putItem(dhtItem(2, 2, true))).toBe('held')
  expect(store.dhtItems.putItem(dhtItem(4, 1, false))).toBe('stale')
  expect(store.dhtItems.itemsOf(target).map((item) => item.p)).toEqual([Uint8Array.of(3)])
  const announced = store.outbox.read(1, 10, 1000)
  expect(announced.map((item) => item.kind === 'dht-item' && item.p[0])).toEqual([1, 3, 2])
})

test('live DHT items are read page by page', () => {
  for (let seed = 1; seed <= 5; seed++) store.dhtItems.putItem(dhtItem(seed, undefined, false))
  const seen: number[] = []
  let cursor: Uint8Array | undefined
  do {
    const page = store.dhtItems.livePage(cursor, 2)
    expect(page.items.length).toBeLessThanOrEqual(2)
    seen.push(...page.items.map((item) => item.height))
    cursor = page.cursor
  } while (cursor !== undefined)
  expect(seen.sort()).toEqual([1, 2, 3, 4, 5])
})

test('multi items live side by side, newest height first, and are announced when that is asked for later', () => {
  const target = new Uint8Array(20).fill(9)
  expect(store.dhtItems.putItem(dhtItem(5, undefined, false))).toBe('new')
  expect(store.dhtItems.putItem(dhtItem(6, undefined, false))).toBe('new')
  expect(store.outbox.lastSequence()).toBe(0)
  expect(store.dhtItems.putItem(dhtItem(5, undefined, true))).toBe('held')
  expect(store.outbox.lastSequence()).toBe(1)
  const [newest, older] = store.dhtItems.itemsOf(target)
  expect([newest?.p[0], older?.p[0], older?.isAnnounced]).toEqual([6, 5, true])
  for (const item of [newest, older]) if (item) store.dhtItems.deleteItem(target, item.contentHash)
  expect(store.dhtItems.liveCount()).toBe(0)
  expect(newest && store.dhtItems.itemByContent(newest.contentHash)).toBeUndefined()
  expect(store.outbox.read(1, 10, 1000)).toHaveLength(1)
})

test('names keep every record by height and forget exactly the one that is undone', () => {
  const hash = new Uint8Array(32).fill(4) as Hash256
  const record = (height: number) => ({
    height,
    blockHash: hash,
    txid: hash,
    index: 1,
    pubKeyScript: Uint8Array.of(height),
  })
  for (const height of [6, 300, 70_000]) store.names.put(alice, record(height))
  store.names.put('alice_2' as Username, record(1))
  store.names.put('bob' as Username, record(1))
  expect(store.names.history(alice)).toEqual([record(6), record(300), record(70_000)])
  store.names.removeAt(alice, 70_000)
  expect(store.names.history(alice)).toEqual([record(6), record(300)])
  expect(() => store.names.removeAt(alice, 70_000)).toThrow()
  expect(store.names.registered('ali', 10)).toEqual(['alice', 'alice_2'])
  expect(store.names.registered('', 2)).toEqual(['alice', 'alice_2'])
  expect(store.names.registered('alicex', 2)).toEqual([])
})

test('small records: follows, contacts and addresses survive', async () => {
  store.follows.putFollow({ username: alice, since: 5, origin: 'operator' })
  store.contacts.saveContacts([{ host: '127.0.0.1', port: 29333, lastSeen: 6 }])
  store.addresses.saveAddresses([
    { host: '127.0.0.1', port: 28333, source: '10.0', lastSeen: 1, lastTried: 2, lastConnected: 3, failures: 0 },
  ])
  await reopen()
  expect(store.follows.follow(alice)?.origin).toBe('operator')
  expect(store.contacts.contacts()).toHaveLength(1)
  expect(store.addresses.addresses()[0]?.lastConnected).toBe(3)
})

test('what was reported as done is there after kill -9', async () => {
  await store.close()
  const script = `
    import pino from 'pino'
    import { openStore } from ${JSON.stringify(join(import.meta.dirname, 'store.ts'))}
    import { networkParams } from ${JSON.stringify(join(import.meta.dirname, '../protocol/params.ts'))}
    const params = networkParams('regtest', { checkpoints: false })
    const store = await openStore({ path: ${JSON.stringify(path)}, params, log: pino({ level: 'silent' }) })
    for (let k = 0; ; k++) {
      store.posts.putPost('alice', k, new Uint8Array(500).fill(k), { source: 'swarm', firstSeen: 1, tipHeight: 1 })
      process.stdout.write(k + '\\n')
    }`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let reported = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (chunk: string) => {
    reported += chunk
    if (reported.length > 2000) child.kill('SIGKILL')
  })
  await once(child, 'close')
  store = await openStore({ path, params, log })
  const done = Number(reported.slice(0, reported.lastIndexOf('\n')).split('\n').at(-1))
  expect(done).toBeGreaterThan(100)
  const held = store.posts.heldNumbers(alice)
  expect(held.length).toBeGreaterThan(done)
  expect(store.outbox.lastSequence()).toBe(held.length)
})
