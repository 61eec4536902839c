import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytea } from './bytea.ts'

/**
 * Every profile a user ever published, as far as it was seen: values signed by the key in force at their height.
 * The current one stands in `profile`. content_hash: sha256 of the value's `p`.
 */
export const profileVersion = pgTable(
  'profile_version',
  {
    username: text().notNull(),
    seq: integer().notNull(),
    contentHash: bytea('content_hash').notNull(),
    height: integer().notNull(),
    time: bigint({ mode: 'number' }).notNull(),
    fullname: text().notNull(),
    bio: text().notNull(),
    location: text().notNull(),
    url: text().notNull(),
    tox: text().notNull(),
    bitmessage: text().notNull(),
  },
  // profileHistory: newest first
  (t) => [primaryKey({ columns: [t.username, t.seq, t.contentHash] })],
)

/**
 * Since when and until when a user's published lists held a name, by the times that the values say. until_time is null
 * while the last list known holds it.
 */
export const followingSpan = pgTable(
  'following_span',
  {
    username: text().notNull(),
    followed: text().notNull(),
    sinceTime: bigint('since_time', { mode: 'number' }).notNull(),
    sinceHeight: integer('since_height').notNull(),
    untilTime: bigint('until_time', { mode: 'number' }),
    untilHeight: integer('until_height'),
  },
  (t) => [
    primaryKey({ columns: [t.username, t.followed, t.sinceTime] }),
    // followingHistory of a user: key set by (since_time, followed) descending
    index('following_span_username').on(t.username, t.sinceTime, t.followed),
    // followerHistory of a user: key set by (since_time, username) descending
    index('following_span_followed').on(t.followed, t.sinceTime, t.username),
  ],
)

/** twist: short links in the texts of posts (dht-swarm-posts.md 5.7): the post and the record each stands for. */
export const twistLink = pgTable(
  'twist_link',
  {
    username: text().notNull(),
    k: integer().notNull(),
    /** The 18 characters, twist: included. */
    link: text().notNull(),
    uid: bigint({ mode: 'number' }).notNull(),
    targetK: integer('target_k').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.username, t.k, t.link] }),
    // postsThatLinkTo a record
    index('twist_link_target').on(t.uid, t.targetK),
  ],
)
