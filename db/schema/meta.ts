import { sql } from 'drizzle-orm'
import { bigint, customType, doublePrecision, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'

const int8multirange = customType<{ data: string; driverData: string }>({ dataType: () => 'int8multirange' })

/** Facts about this database: 'network' (main, regtest), 'schema' (see db/schema/version.ts), CURSOR_SECRET. */
export const meta = pgTable('meta', {
  key: text().primaryKey(),
  value: text().notNull(),
})

/** Random, hex: seals the cursors of lists (db/page.ts). The same for all who share the database. */
export const CURSOR_SECRET = 'cursor_secret'

/**
 * What of each node's outbox is durable here. `cursor`: every sequence number up to it is written.
 * `received`: the ranges written, so that workers may finish out of order; moves in the same transaction as the rows.
 */
export const outboxCursor = pgTable('outbox_cursor', {
  nodeId: text('node_id').primaryKey(),
  cursor: bigint({ mode: 'number' }).notNull(),
  received: int8multirange().notNull().default(sql`'{}'::int8multirange`),
  updatedAt: doublePrecision('updated_at').notNull(),
})

/** The last status a node published: latest wins. `at` in unix seconds. */
export const nodeStatus = pgTable('node_status', {
  nodeId: text('node_id').primaryKey(),
  json: jsonb().notNull(),
  at: doublePrecision().notNull(),
})

/** The indexer's own view for status pages: one row, id 1. */
export const indexerStatus = pgTable('indexer_status', {
  id: integer().primaryKey(),
  json: jsonb().notNull(),
  at: doublePrecision().notNull(),
})
