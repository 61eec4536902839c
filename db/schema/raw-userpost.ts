import { sql } from 'drizzle-orm'
import { doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytea } from './bytea.ts'

/**
 * Every post whose signature verifies under any key in its name's history (of any branch seen), with provenance.
 * content_hash = sha256 of the signed bytes (the userpost dict); key_id = hash160 of the key the signature recovers to.
 * `piece` is the whole signed dict {userpost, sig_userpost[, sig_wort]}.
 * first_seen (unix seconds), source and tip_height are provenance, outside the digest. source: 'swarm', 'dht', 'local',
 * 'retwist' (inside another post), or 'dht-' and the kind of value it was in: post, status, swarm, hashtag, mention,
 * replies, rts.
 * `due_height` and `verdict` are derived: the height at which the post stops depending on the tip, and why there is
 * no derived row ('accept', 'rival', 'comment' cut from the retwist that stands there, or the code of the rule).
 */
export const rawUserpost = pgTable(
  'raw_userpost',
  {
    username: text().notNull(),
    k: integer().notNull(),
    contentHash: bytea('content_hash').notNull(),
    keyId: bytea('key_id').notNull(),
    piece: bytea().notNull(),
    height: integer().notNull(),
    rtName: text('rt_name'),
    rtKeyId: bytea('rt_key_id'),
    favName: text('fav_name'),
    favKeyId: bytea('fav_key_id'),
    firstSeen: doublePrecision('first_seen').notNull(),
    source: text().notNull(),
    tipHeight: integer('tip_height').notNull(),
    dueHeight: integer('due_height').notNull(),
    verdict: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.username, t.k, t.contentHash, t.keyId] }),
    // userposts to derive again when the tip moves over their height or number limit
    index('raw_userpost_due_height').on(t.dueHeight),
    // userposts to derive again when the inner author's keys change
    index('raw_userpost_rt_name').on(t.rtName).where(sql`${t.rtName} is not null`),
    index('raw_userpost_fav_name').on(t.favName).where(sql`${t.favName} is not null`),
    // userposts with more than one post inside: what hides one of those hides the userpost (hiding-choice.ts)
    index('raw_userpost_deep')
      .on(t.username, t.k)
      .where(
        sql`(${t.rtName} is not null or ${t.favName} is not null) and encode(${t.piece}, 'escape') ~ '(2:rtd|3:favd).*(2:rtd|3:favd)'`,
      ),
  ],
)
