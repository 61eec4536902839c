import { doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/**
 * What the operator has blocked: kind 'user' (subject: name), 'post' (name/k), 'tag', 'word'. The operator's own words,
 * derived from nothing: a rebuild keeps them.
 */
export const moderation = pgTable(
  'moderation',
  {
    kind: text().notNull(),
    subject: text().notNull(),
    reason: text().notNull(),
    at: doublePrecision().notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.subject] })],
)

/**
 * Who and what is hidden, and why: derived from `moderation`, from the signed bios ('#nopublicweb') and from the posts.
 * Every query that shows anything leaves these out ("What an operator has blocked, or an author has opted out of, stays
 * out of pages, API, feeds, search, sitemaps and embeds"). cause: 'user' | 'opt-out'.
 */
export const hiddenUser = pgTable('hidden_user', {
  username: text().primaryKey(),
  cause: text().notNull(),
  reason: text().notNull(),
})

/** cause: 'post' | 'tag' | 'word'. */
export const hiddenUserpost = pgTable(
  'hidden_userpost',
  {
    username: text().notNull(),
    k: integer().notNull(),
    cause: text().notNull(),
    /** The blocked post, tag or word. */
    subject: text().notNull(),
    reason: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.username, t.k] }),
    // when something is unblocked
    index('hidden_userpost_subject').on(t.cause, t.subject),
  ],
)
