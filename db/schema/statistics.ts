import { sql } from 'drizzle-orm'
import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/**
 * What must be counted again, appended in the transaction that changed it and taken by one counter at a time, so that
 * writers never wait for each other's totals. what: 'userpost' (name, number = k: answers of that post), 'user-day'
 * (name, number = day), 'user' (name), 'hashtag' (name = tag, number = day), 'network-day' (number = day).
 */
export const recount = pgTable('recount', {
  what: text().notNull(),
  name: text().notNull(),
  number: bigint({ mode: 'number' }).notNull(),
  /** The author whose part of a hashtag changed. */
  username: text(),
})

/**
 * Answers to one post, present or not: recounted for what a write touched. Only posts that have any have a row.
 * day: sort_time / 86400 of the post itself; null while it is not here, or is not shown.
 */
export const userpostCount = pgTable(
  'userpost_count',
  {
    username: text().notNull(),
    k: integer().notNull(),
    replyCount: integer('reply_count').notNull(),
    retwistCount: integer('retwist_count').notNull(),
    favouriteCount: integer('favourite_count').notNull(),
    day: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.username, t.k] }),
    // topPosts of a day, and of all time: key set by (answers of all kinds, username, k)
    index('userpost_count_day_answers')
      .on(t.day, sql`(${t.replyCount} + ${t.retwistCount} + ${t.favouriteCount})`, t.username, t.k)
      .where(sql`${t.day} is not null`),
    index('userpost_count_answers')
      .on(sql`(${t.replyCount} + ${t.retwistCount} + ${t.favouriteCount})`, t.username, t.k)
      .where(sql`${t.day} is not null`),
    // mostRepliedTo of a day, and of all time: key set by (reply_count, username, k)
    index('userpost_count_day_replies')
      .on(t.day, t.replyCount, t.username, t.k)
      .where(sql`${t.day} is not null and ${t.replyCount} > 0`),
    index('userpost_count_replies')
      .on(t.replyCount, t.username, t.k)
      .where(sql`${t.day} is not null and ${t.replyCount} > 0`),
  ],
)

/** What is counted of a user in a stretch of time. */
const countsByKind = () => ({
  plainCount: integer('plain_count').notNull(),
  replyCount: integer('reply_count').notNull(),
  retwistCount: integer('retwist_count').notNull(),
  favouriteCount: integer('favourite_count').notNull(),
  privateFavouriteCount: integer('private_favourite_count').notNull(),
  directCount: integer('direct_count').notNull(),
  customCount: integer('custom_count').notNull(),
  knownK: integer('known_k').notNull(),
  firstTime: bigint('first_time', { mode: 'number' }),
  lastTime: bigint('last_time', { mode: 'number' }),
})

/** Posts of one user on one day (sort_time / 86400), by kind. */
export const userDay = pgTable(
  'user_day',
  {
    username: text().notNull(),
    day: integer().notNull(),
    ...countsByKind(),
  },
  (t) => [
    primaryKey({ columns: [t.username, t.day] }),
    // activePeople: who wrote most on a day; network_day
    index('user_day_day').on(t.day, sql`(${t.plainCount} + ${t.replyCount} + ${t.retwistCount})`, t.username),
  ],
)

/** A hashtag on one day. */
export const hashtagDay = pgTable(
  'hashtag_day',
  {
    tag: text().notNull(),
    day: integer().notNull(),
    postCount: integer('post_count').notNull(),
    peopleCount: integer('people_count').notNull(),
  },
  // trends: the past of a tag; hashtagsSince
  (t) => [primaryKey({ columns: [t.tag, t.day] })],
)

/** Who writes under a hashtag. */
export const hashtagAuthor = pgTable(
  'hashtag_author',
  {
    tag: text().notNull(),
    username: text().notNull(),
    postCount: integer('post_count').notNull(),
    lastTime: bigint('last_time', { mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tag, t.username] }),
    // peopleOfHashtag: most posts first
    index('hashtag_author_posts').on(t.tag, t.postCount, t.username),
    // hashtagsSince: who used which tag since a time
    index('hashtag_author_recent').on(t.lastTime, t.tag),
  ],
)

/** A hashtag over all time. */
export const hashtagState = pgTable(
  'hashtag_state',
  {
    tag: text().primaryKey(),
    postCount: integer('post_count').notNull(),
    peopleCount: integer('people_count').notNull(),
    firstTime: bigint('first_time', { mode: 'number' }).notNull(),
    lastTime: bigint('last_time', { mode: 'number' }).notNull(),
  },
  (t) => [
    // hashtagsByPrefix
    index('hashtag_state_prefix').on(t.tag.op('text_pattern_ops')),
    // daysOfNetwork, yearsOfNetwork: how many were used for the first time
    index('hashtag_state_first_time').on(t.firstTime),
    // searchHashtags: a part of a tag, or one like it
    index('hashtag_state_trigrams').using('gin', t.tag.op('gin_trgm_ops')),
  ],
)

/** The whole network on one day: posts of the kinds that readers see, their authors, names registered. */
export const networkDay = pgTable('network_day', {
  day: integer().primaryKey(),
  postCount: integer('post_count').notNull(),
  authorCount: integer('author_count').notNull(),
  nameCount: integer('name_count').notNull(),
})

/** Posts of one user in one year (UTC): sums of user_day, so that nobody adds up all the days of ten years. */
export const userYear = pgTable(
  'user_year',
  {
    username: text().notNull(),
    year: integer().notNull(),
    ...countsByKind(),
  },
  (t) => [
    // user_state
    primaryKey({ columns: [t.username, t.year] }),
    // network_year: who wrote anything that readers see
    index('user_year_year').on(t.year).where(sql`${t.firstTime} is not null`),
  ],
)

/** The whole network in one year. An author of many days is one author of the year. */
export const networkYear = pgTable('network_year', {
  year: integer().primaryKey(),
  postCount: integer('post_count').notNull(),
  authorCount: integer('author_count').notNull(),
  nameCount: integer('name_count').notNull(),
})
