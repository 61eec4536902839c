import { sql } from 'drizzle-orm'
import { bigserial, doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { bytea } from './bytea.ts'

/**
 * Items that cannot be judged yet: a block without its parent, a post or value of an unknown name or ahead of the chain.
 * id = sha256 of the item. Tried again when the chain moves; bounded, the oldest goes to quarantine.
 */
export const pendingItem = pgTable(
  'pending_item',
  {
    id: bytea().primaryKey(),
    kind: text().notNull(),
    code: text().notNull(),
    /** The name that must be registered, or whose key is awaited; null for blocks. */
    username: text(),
    /** Tip height from which on it can be judged; null for blocks. */
    waitHeight: integer('wait_height'),
    /** The parent a block waits for. */
    prevHash: bytea('prev_hash'),
    /** The item as the queue's JSON, without its sequence number. */
    item: text().notNull(),
    attempts: integer().notNull(),
    receivedAt: doublePrecision('received_at').notNull(),
  },
  (t) => [
    index('pending_item_username').on(t.username).where(sql`${t.username} is not null`),
    index('pending_item_wait_height').on(t.waitHeight).where(sql`${t.waitHeight} is not null`),
    index('pending_item_prev_hash').on(t.prevHash).where(sql`${t.prevHash} is not null`),
    // eviction of the oldest
    index('pending_item_received_at').on(t.receivedAt),
  ],
)

/** What was refused and why: bounded, newest kept. Items of a known name are judged again when its keys change. */
export const quarantine = pgTable(
  'quarantine',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    /** sha256 of kind and bytes: a repeated item is counted once. */
    digest: bytea().notNull().unique(),
    code: text().notNull(),
    kind: text().notNull(),
    username: text(),
    k: integer(),
    bytes: bytea().notNull(),
    /** The item as the queue's JSON, for another try; null when it was no item at all. */
    item: text(),
    source: text().notNull(),
    detail: text().notNull(),
    receivedAt: doublePrecision('received_at').notNull(),
  },
  (t) => [
    index('quarantine_username').on(t.username).where(sql`${t.username} is not null`),
    // quarantine by code, newest first
    index('quarantine_code').on(t.code, t.id),
  ],
)
