import { afterAll, beforeAll, expect, it } from 'vitest'
import { DERIVED_TABLES, type DerivedTable, NOT_DERIVED } from '../db/derived-tables.ts'
import { digestOf, type IndexDigest, indexDigest } from '../db/digest.ts'
import { openRecoverer } from '../indexer/ingest/recoverer.ts'
import { verifyIndex } from '../indexer/verify/verify.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { recordedItems, recordedParams } from './recorded-items.ts'
import { startPostgres, type TestPostgres, testLog } from './services.ts'

let server: TestPostgres
let index: TestIndex
beforeAll(async () => {
  server = await startPostgres()
  index = await openTestIndex(server, recordedParams)
  await index.write(recordedItems())
})
afterAll(async () => {
  await index.close()
  await server.close()
})

it('knows of every table whether it is derived, and of every derived column whether it is in the digest', async () => {
  const rows = await index.db<{ tableName: string; columns: string[] }[]>`
    SELECT table_name, array_agg(column_name::text) AS columns FROM information_schema.columns
    WHERE table_schema = 'public' GROUP BY table_name`
  const found = Object.fromEntries(
    rows.filter((row) => !NOT_DERIVED.includes(row.tableName)).map((row) => [row.tableName, row.columns.toSorted()]),
  )
  const declared = Object.entries<DerivedTable>(DERIVED_TABLES).map(([name, { columns, outside }]) => [
    name,
    [...columns, ...outside].toSorted(),
  ])
  expect(found).toEqual(Object.fromEntries(declared))
})

it('says the same of the same rows, however they came', async () => {
  const backwards = await openTestIndex(server, recordedParams)
  for (const item of recordedItems().toReversed()) await backwards.write([{ ...item, source: 'dht' } as typeof item])
  expect(await indexDigest(backwards.db)).toEqual(await indexDigest(index.db))
  await backwards.close()
})

it('changes with every column that is in it, and with no other', async () => {
  const { db } = index
  const before = await indexDigest(db)
  expect(before.tables.find(({ table }) => table === 'userpost')?.rows).toBe(22)
  const changes = {
    "UPDATE userpost SET msg = msg || '.' WHERE ctid = (SELECT min(ctid) FROM userpost)": ['network'],
    'UPDATE userpost SET lastk = 7 WHERE ctid = (SELECT min(ctid) FROM userpost WHERE lastk IS NULL)': ['network'],
    'DELETE FROM mention WHERE ctid = (SELECT min(ctid) FROM mention)': ['network'],
    "UPDATE raw_userpost SET verdict = 'rival' WHERE ctid = (SELECT min(ctid) FROM raw_userpost)": ['network'],
    'UPDATE user_state SET reply_count = reply_count + 1': ['pages'],
    'UPDATE userpost SET has_wort = NOT has_wort': [],
    "UPDATE raw_userpost SET first_seen = 2, source = 'dht', tip_height = 0": [],
    'UPDATE block SET first_seen = 2': [],
  }
  for (const [change, parts] of Object.entries(changes)) {
    const after = await db
      .begin(async (tx) => {
        expect((await tx.unsafe(change)).count, change).toBeGreaterThan(0)
        throw new RolledBack(await digestOf(tx))
      })
      .catch((error: unknown) => {
        if (error instanceof RolledBack) return error.digest
        throw error
      })
    const changed = (['network', 'pages'] as const).filter((part) => after[part] !== before[part])
    expect(changed, change).toEqual(parts)
  }
  expect(await indexDigest(db)).toEqual(before)
})

function verify() {
  const recoverer = openRecoverer({ threads: 0, log: testLog })
  const signal = new AbortController().signal
  return verifyIndex({ databaseUrl: index.url, signal, now: () => 1, onProgress: () => undefined }, recoverer)
}

it('finds nothing wrong with an index that is as it must be, and keeps what it found', async () => {
  const digest = await indexDigest(index.db)
  const found = await verify()
  expect(found.first).toEqual([])
  expect(found).toMatchObject({ isGood: true, height: 48, blocks: 49, userposts: 22, values: 26, problems: 0, digest })
  expect(found.signatures).toBeGreaterThan(48)
  const [row] = await index.db<{ value: string }[]>`SELECT value FROM meta WHERE key = 'verification'`
  const { network, pages } = digest
  expect(JSON.parse(row?.value ?? '')).toEqual({ at: 1, isGood: true, height: 48, problems: 0, network, pages })
  expect(await index.db`SELECT 1 FROM pg_namespace WHERE nspname = 'rebuilt'`).toHaveLength(0)
})

it('says which rows are not as they must be', async () => {
  const { db } = index
  await db.unsafe(`
    UPDATE block SET chainwork = chainwork + 1 WHERE height = 7;
    UPDATE block SET raw = set_byte(raw, 90, 255 - get_byte(raw, 90)) WHERE height = 9;
    UPDATE raw_userpost SET key_id = content_hash WHERE username = 'alice' AND k = 0;
    UPDATE raw_dht_item SET seq = seq + 1 WHERE ctid = (SELECT min(ctid) FROM raw_dht_item WHERE r = 'profile');
    UPDATE userpost SET msg = 'damaged' WHERE username = 'alice' AND k = 1; 
    DELETE FROM mention WHERE ctid = (SELECT max(ctid) FROM mention);
    INSERT INTO promoted VALUES (1000, '', 'nobody', 'invented', false, 0);
    UPDATE user_state SET plain_count = plain_count + 1 WHERE username = 'alice'`)
  const found = await verify()
  expect(found.isGood).toBe(false)
  const said = found.first.map(({ table, key, what }) => `${table} ${key}: ${what}`.replace(/ [0-9a-f]{64}:/, ':'))
  expect(said).toEqual(
    expect.arrayContaining([
      'block 7: has another work than stands beside it',
      expect.stringMatching(/^block 9: /),
      'raw_userpost alice/0: is signed by another key than stands beside it',
      expect.stringMatching(/^raw_dht_item \w+ profile: has other facts than stand beside it/),
      'userpost ["alice","1"]: is another in msg',
      expect.stringMatching(/^mention \["\w+","\w+","\d+"\]: is missing$/),
      'promoted ["1000"]: is surplus',
      expect.stringMatching(/^user_state \["alice"\]: is another in .*plain_count/),
    ]),
  )
  expect(found.problems).toBeGreaterThanOrEqual(8)
})

class RolledBack extends Error {
  readonly digest: IndexDigest

  constructor(digest: IndexDigest) {
    super('rolled back')
    this.digest = digest
  }
}
