import { doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/** What a node says about a swarm it follows: latest wins. known_k, held, seen are the node's own numbers. */
export const inventory = pgTable(
  'inventory',
  {
    nodeId: text('node_id').notNull(),
    username: text().notNull(),
    knownK: integer('known_k'),
    held: integer().notNull(),
    seen: integer().notNull(),
    peers: integer().notNull(),
    lastError: text('last_error'),
    at: doublePrecision().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.nodeId, t.username] }),
    // inventoryOfUser: completeness on a profile
    index('inventory_username').on(t.username),
  ],
)
