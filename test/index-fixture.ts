import { type Database, openDb } from '../db/client.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { ChainViews } from '../indexer/chain/chain-view.ts'
import { HeaderTable } from '../indexer/chain/header-table.ts'
import { settleCounts } from '../indexer/counter.ts'
import { readItem } from '../indexer/ingest/read-item.ts'
import { writeReadings } from '../indexer/ingest/write-readings.ts'
import { openIndex } from '../indexer/open-index.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import type { NetworkParams } from '../node/protocol/params.ts'
import { type TestPostgres, testLog } from './services.ts'

/** An index without a queue: items go straight into it. */
export interface TestIndex {
  url: string
  db: Database
  /** One transaction, and then the totals. */
  write(items: readonly OutboxItem[]): Promise<void>
  /** Empty again, as when it was opened: quicker than another database. */
  clear(): Promise<void>
  close(): Promise<void>
}

export async function openTestIndex(server: TestPostgres, params: NetworkParams): Promise<TestIndex> {
  const url = await server.database()
  await migrateDatabase(url, { say: () => undefined })
  const db = openDb(url, { max: 2, name: 'test' })
  await openIndex(db, params, testLog)
  const headers = new HeaderTable()
  const chains = new ChainViews()
  return {
    url,
    db,
    write: async (items) => {
      const readings = items.flatMap((item) => readItem(item, params))
      await db.begin((tx) => writeReadings(tx, readings, { params, headers, chains, now: 1 }))
      await settleCounts(db)
    },
    clear: async () => {
      headers.clear()
      const tables = await db<{ name: string }[]>`
        SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'meta'`
      await db.unsafe(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} RESTART IDENTITY`)
      await openIndex(db, params, testLog)
    },
    close: () => db.end({ timeout: 1 }),
  }
}

/** Everything derived, and the raw bytes, in a defined order; where from and when first seen are left out. */
const DUMPS = {
  block: 'SELECT hash, height, is_active FROM block WHERE is_active ORDER BY height',
  registration: 'SELECT * FROM registration ORDER BY username, height',
  name: 'SELECT * FROM name ORDER BY username',
  promoted: 'SELECT * FROM promoted ORDER BY height',
  raw_userpost:
    'SELECT username, k, content_hash, key_id, height, rt_name, rt_key_id, fav_name, fav_key_id, due_height, verdict FROM raw_userpost ORDER BY username, k, content_hash, key_id',
  userpost: 'SELECT * FROM userpost ORDER BY username, k',
  hashtag: 'SELECT * FROM hashtag ORDER BY tag, username, k',
  mention: 'SELECT * FROM mention ORDER BY mentioned, username, k',
  raw_dht_item:
    'SELECT target, content_hash, sig_user, key_id, n, r, t, seq, height, time, p FROM raw_dht_item ORDER BY target, content_hash, sig_user, key_id',
  profile: 'SELECT * FROM profile ORDER BY username',
  avatar: 'SELECT * FROM avatar ORDER BY username',
  following: 'SELECT * FROM following ORDER BY username, followed',
  user_state: 'SELECT * FROM user_state ORDER BY username',
  user_day: 'SELECT * FROM user_day ORDER BY username, day',
  userpost_count: 'SELECT * FROM userpost_count ORDER BY username, k',
  hashtag_day: 'SELECT * FROM hashtag_day ORDER BY tag, day',
  hashtag_author: 'SELECT * FROM hashtag_author ORDER BY tag, username',
  hashtag_state: 'SELECT * FROM hashtag_state ORDER BY tag',
  network_day: 'SELECT * FROM network_day ORDER BY day',
  user_year: 'SELECT * FROM user_year ORDER BY username, year',
  network_year: 'SELECT * FROM network_year ORDER BY year',
  twist_link: 'SELECT * FROM twist_link ORDER BY username, k, link',
  profile_version: 'SELECT * FROM profile_version ORDER BY username, seq, content_hash',
  following_span: 'SELECT * FROM following_span ORDER BY username, followed, since_time',
} as const

export type Dump = Record<keyof typeof DUMPS | 'pending_item', unknown[]>

export async function dumpIndex(db: Database): Promise<Dump> {
  const entries = await Promise.all(
    Object.entries({ ...DUMPS, pending_item: 'SELECT id, kind, code FROM pending_item ORDER BY id' }).map(
      async ([table, query]) => [table, (await db.unsafe(query)).map((row) => plain(row))] as const,
    ),
  )
  return Object.fromEntries(entries) as Dump
}

function plain(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
    ]),
  )
}
