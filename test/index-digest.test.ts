import { afterAll, beforeAll, expect, it } from 'vitest'
import { DERIVED_TABLES, type DerivedTable, NOT_DERIVED } from '../db/derived-tables.ts'
import { digestOf, type IndexDigest, indexDigest } from '../db/digest.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { recordedItems, recordedParams } from './recorded-items.ts'
import { startPostgres, type TestPostgres } from './services.ts'

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

class RolledBack extends Error {
  readonly digest: IndexDigest

  constructor(digest: IndexDigest) {
    super('rolled back')
    this.digest = digest
  }
}
