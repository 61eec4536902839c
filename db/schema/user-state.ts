import { sql } from 'drizzle-orm'
import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core'

/**
 * Counts per user, recounted for what a write touched. known_k: the highest k with a derived post (an inventory may
 * know of higher ones). post_count: all kinds. first/last: sort_time of the kinds that readers see.
 */
export const userState = pgTable(
  'user_state',
  {
    username: text().primaryKey(),
    knownK: integer('known_k'),
    postCount: integer('post_count').notNull(),
    plainCount: integer('plain_count').notNull(),
    replyCount: integer('reply_count').notNull(),
    retwistCount: integer('retwist_count').notNull(),
    favouriteCount: integer('favourite_count').notNull(),
    privateFavouriteCount: integer('private_favourite_count').notNull(),
    directCount: integer('direct_count').notNull(),
    customCount: integer('custom_count').notNull(),
    followingCount: integer('following_count').notNull(),
    followerCount: integer('follower_count').notNull(),
    firstTime: bigint('first_time', { mode: 'number' }),
    lastTime: bigint('last_time', { mode: 'number' }),
  },
  (t) => [
    // usersByActivity: key set by (last_time, username)
    index('user_state_last_time').on(t.lastTime, t.username).where(sql`${t.lastTime} is not null`),
    // usersByPrefix
    index('user_state_prefix').on(t.username.op('text_pattern_ops')).where(sql`${t.lastTime} is not null`),
    // usersByFollowers
    index('user_state_follower_count').on(t.followerCount, t.username),
  ],
)
