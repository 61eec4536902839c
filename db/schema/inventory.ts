import { boolean, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/**
 * What a node says about a user it follows: latest wins. known_k to rivals are the node's own numbers; origin says why
 * it follows (operator, setting, crawl). Times in unix seconds.
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
    at: doublePrecision().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.nodeId, t.username] }),
    // inventoryOfUser: completeness on a profile
    index('inventory_username').on(t.username),
  ],
)
