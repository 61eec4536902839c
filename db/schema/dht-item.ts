import { sql } from 'drizzle-orm'
import { bigint, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytea } from './bytea.ts'

/**
 * Every DHT value whose signature verifies under any key in its signer's history, with provenance.
 * target = SHA-1 of the bencoded {n, r, t}; content_hash = sha256 of `p`; key_id as in raw_userpost.
 */
export const rawDhtItem = pgTable(
  'raw_dht_item',
  {
    target: bytea().notNull(),
    contentHash: bytea('content_hash').notNull(),
    sigUser: text('sig_user').notNull(),
    keyId: bytea('key_id').notNull(),
    /** The target's n as bytes: in multi targets it is a word, not a name. */
    n: bytea().notNull(),
    r: text().notNull(),
    t: text().notNull(),
    seq: integer(),
    height: integer().notNull(),
    time: bigint({ mode: 'number' }).notNull(),
    p: bytea().notNull(),
    sigP: bytea('sig_p').notNull(),
    firstSeen: doublePrecision('first_seen').notNull(),
    source: text().notNull(),
    tipHeight: integer('tip_height').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.target, t.contentHash, t.sigUser, t.keyId] }),
    // values of a name to derive again when its keys change; history of a profile, newest seq first
    index('raw_dht_item_sig_user').on(t.sigUser, t.r, t.seq),
    // values to derive again when the tip moves over their height
    index('raw_dht_item_height').on(t.height),
  ],
)

/** Current profile: of the values signed by the current key the one with the highest seq, ties to the smallest hash. */
export const profile = pgTable(
  'profile',
  {
    username: text().primaryKey(),
    fullname: text().notNull(),
    bio: text().notNull(),
    location: text().notNull(),
    url: text().notNull(),
    tox: text().notNull(),
    bitmessage: text().notNull(),
    seq: integer().notNull(),
    height: integer().notNull(),
    time: bigint({ mode: 'number' }).notNull(),
    contentHash: bytea('content_hash').notNull(),
  },
  (t) => [
    // searchPeople
    index('profile_folded').using(
      'gin',
      sql`search_folded(${t.username} || ' ' || ${t.fullname} || ' ' || ${t.bio}) gin_trgm_ops`,
    ),
  ],
)

/** Current avatar, decoded from its data URL. content_hash = sha256 of `bytes` (the picture's URL). */
export const avatar = pgTable('avatar', {
  username: text().primaryKey(),
  mime: text().notNull(),
  bytes: bytea().notNull(),
  contentHash: bytea('content_hash').notNull(),
  seq: integer().notNull(),
  height: integer().notNull(),
  time: bigint({ mode: 'number' }).notNull(),
})

/** Who follows whom, from the public following<page> values; position is the place in the user's own list. */
export const following = pgTable(
  'following',
  {
    username: text().notNull(),
    followed: text().notNull(),
    page: integer().notNull(),
    position: integer().notNull(),
  },
  (t) => [
    // followingOf a user A-Z
    primaryKey({ columns: [t.username, t.followed] }),
    // followersOf a user A-Z
    index('following_followed').on(t.followed, t.username),
  ],
)
