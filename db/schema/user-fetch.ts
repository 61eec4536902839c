import { boolean, doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core'

/**
 * How the last fetch on demand of a user who is not followed got on: waiting, running, done, refused (with a code).
 * Latest wins; the oldest rows go. `since` is the node's time in unix seconds at which the state began.
 */
export const userFetch = pgTable(
  'user_fetch',
  {
    username: text().primaryKey(),
    nodeId: text('node_id').notNull(),
    state: text().notNull(),
    since: doublePrecision().notNull(),
    profile: boolean().notNull(),
    avatar: boolean().notNull(),
    following: integer().notNull(),
    posts: integer().notNull(),
    knownK: integer('known_k'),
    code: text(),
    at: doublePrecision().notNull(),
  },
  (t) => [
    // replaceFetches: which are the oldest
    index('user_fetch_at').on(t.at),
  ],
)
