import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  numeric,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { bytea } from './bytea.ts'

/**
 * Every block whose header rules hold, of any branch; the best chain has is_active. Hashes in natural order.
 * `raw` is the whole block (84 header bytes first). `refused` is the code of the rule that failed when the block was to
 * be connected (K-rules); such a block never becomes active.
 */
export const block = pgTable(
  'block',
  {
    hash: bytea().primaryKey(),
    height: integer().notNull(),
    prevHash: bytea('prev_hash').notNull(),
    raw: bytea().notNull(),
    time: bigint({ mode: 'number' }).notNull(),
    bits: bigint({ mode: 'number' }).notNull(),
    chainwork: numeric().notNull(),
    isActive: boolean('is_active').notNull(),
    txCount: integer('tx_count').notNull(),
    /** Transactions of the chain up to and including this block: chain.md 8.5 counts user ids with it. */
    cumulativeTxCount: bigint('cumulative_tx_count', { mode: 'number' }).notNull(),
    refused: text(),
    firstSeen: doublePrecision('first_seen').notNull(),
    source: text().notNull(),
  },
  (t) => [
    // blockByHeight, newest blocks, key set by height; one active block a height
    uniqueIndex('block_active_height').on(t.height).where(sql`${t.isActive}`),
    // children of a block, when a reorganisation looks for the branch
    index('block_prev_hash').on(t.prevHash),
  ],
)

/** The promoted message of each block of the best chain (chain.md 3.1: tx 0). Unsigned ones are by 'nobody'. */
export const promoted = pgTable('promoted', {
  height: integer().primaryKey(),
  blockHash: bytea('block_hash').notNull(),
  username: text().notNull(),
  message: text().notNull(),
  hasSignature: boolean('has_signature').notNull(),
  time: bigint({ mode: 'number' }).notNull(),
})
