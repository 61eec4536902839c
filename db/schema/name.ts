import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytea } from './bytea.ts'

/**
 * The history of every name on the best chain, one row per registration, key replacement or re-inclusion.
 * kind: 'registration' | 'replacement' | 'reinclusion'. public_key: first push of the script, null when there is none.
 */
export const registration = pgTable(
  'registration',
  {
    username: text().notNull(),
    height: integer().notNull(),
    blockHash: bytea('block_hash').notNull(),
    txid: bytea().notNull(),
    pubKeyScript: bytea('pub_key_script').notNull(),
    publicKey: bytea('public_key'),
    kind: text().notNull(),
    txIndex: integer('tx_index').notNull(),
    /** (transactions before the block) + index in the block: the uid of chain.md 8.5. */
    uid: bigint({ mode: 'number' }).notNull(),
    time: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.username, t.height] }),
    // registrations in a block; newest registrations, key set by (height, tx_index)
    index('registration_height').on(t.height, t.txIndex),
  ],
)

/** One row per registered name: its first and its current record. Derived from `registration`. */
export const name = pgTable(
  'name',
  {
    username: text().primaryKey(),
    firstHeight: integer('first_height').notNull(),
    firstTime: bigint('first_time', { mode: 'number' }).notNull(),
    firstTxIndex: integer('first_tx_index').notNull(),
    height: integer().notNull(),
    txid: bytea().notNull(),
    publicKey: bytea('public_key'),
    uid: bigint({ mode: 'number' }).notNull(),
    keyCount: integer('key_count').notNull(),
  },
  (t) => [
    // namesByHeight: newest names, key set by (first_height, first_tx_index)
    index('name_first_height').on(t.firstHeight, t.firstTxIndex),
    // namesByPrefix: username LIKE 'ab%' (A-Z lists use the primary key)
    index('name_prefix').on(t.username.op('text_pattern_ops')),
    // names registered on a day
    index('name_first_time').on(t.firstTime),
    // searchPeople: a part of a name
    index('name_trigrams').using('gin', t.username.op('gin_trgm_ops')),
    // nameByUid: twist: links
    index('name_uid').on(t.uid),
  ],
)
