import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'

const int4multirange = customType<{ data: string; driverData: string }>({ dataType: () => 'int4multirange' })

/**
 * What a node says about a user it follows: latest wins. known_k to rivals are the node's own numbers; origin says why
 * it follows (operator, setting, crawl). Of the numbers from numbers_from to numbers_to it holds exactly `numbers`, when
 * its outbox ended with `sequence`; null: it did not say. The seqs are those of the values that it serves, -1 for none.
 * Times in unix seconds.
 */
export const inventory = pgTable(
  'inventory',
  {
    nodeId: text('node_id').notNull(),
    username: text().notNull(),
    origin: text().notNull().default('operator'),
    since: doublePrecision().notNull().default(0),
    isRegistered: boolean('is_registered').notNull().default(true),
    knownK: integer('known_k'),
    held: integer().notNull(),
    seen: integer().notNull(),
    missing: integer().notNull().default(0),
    invalid: integer().notNull().default(0),
    rivals: integer().notNull().default(0),
    peers: integer().notNull(),
    lastAttempt: doublePrecision('last_attempt'),
    lastError: text('last_error'),
    lastErrorAt: doublePrecision('last_error_at'),
    sequence: bigint({ mode: 'number' }),
    numbersFrom: integer('numbers_from'),
    numbersTo: integer('numbers_to'),
    numbers: int4multirange(),
    profileSeq: integer('profile_seq'),
    avatarSeq: integer('avatar_seq'),
    followingSeq: integer('following_seq'),
    at: doublePrecision().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.nodeId, t.username] }),
    // inventoryOfUser: completeness on a profile
    index('inventory_username').on(t.username),
  ],
)

/**
 * How the index and a node compare, user by user; username '': its chain. Kept by the reconciler, derived from nothing.
 * wait_s: until the next comparison. lacking: posts and values that the other side held when they were compared last;
 * asked, given: how many were asked for and handed over, in all.
 */
export const reconciliation = pgTable(
  'reconciliation',
  {
    nodeId: text('node_id').notNull(),
    username: text().notNull(),
    comparedAt: doublePrecision('compared_at').notNull(),
    nextAt: doublePrecision('next_at').notNull(),
    waitS: doublePrecision('wait_s').notNull(),
    lackingHere: integer('lacking_here').notNull(),
    lackingThere: integer('lacking_there').notNull(),
    asked: bigint({ mode: 'number' }).notNull(),
    given: bigint({ mode: 'number' }).notNull(),
  },
  // usersToCompare
  (t) => [primaryKey({ columns: [t.nodeId, t.username] })],
)
