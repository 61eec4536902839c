import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytea } from './bytea.ts'
import { tsvector } from './tsvector.ts'

/**
 * The posts of the best chain, derived from raw_userpost: signed by the key that the chain held for the author at the
 * post's height, inside the number limit, and of two posts with one k the one with the smaller content hash.
 * kind: 'post' | 'reply' | 'retwist' | 'favourite' | 'private-favourite' | 'direct' | 'custom'. Direct and
 * private-favourite rows are there to be counted; never show them.
 * time is what the post says (signed, unchecked). sort_time = min(time, time of the block at the post's height, or of
 * the tip while that block is missing, + 7200): order lists by it, so that no post sticks on top by a time in the future.
 * inner_* is the retwisted (kind retwist) or favourited (kind favourite) post as signed by its author.
 * has_wort: the stored piece has a sig_wort (unsigned itself, so outside the digest).
 */
export const userpost = pgTable(
  'userpost',
  {
    username: text().notNull(),
    k: integer().notNull(),
    contentHash: bytea('content_hash').notNull(),
    keyId: bytea('key_id').notNull(),
    kind: text().notNull(),
    height: integer().notNull(),
    time: bigint({ mode: 'number' }).notNull(),
    sortTime: bigint('sort_time', { mode: 'number' }).notNull(),
    msg: text().notNull(),
    msg2: text().notNull(),
    textLength: integer('text_length').notNull(),
    lastk: integer(),
    replyN: text('reply_n'),
    replyK: integer('reply_k'),
    innerN: text('inner_n'),
    innerK: integer('inner_k'),
    innerTime: bigint('inner_time', { mode: 'number' }),
    innerHeight: integer('inner_height'),
    innerMsg: text('inner_msg'),
    innerMsg2: text('inner_msg2'),
    innerReplyN: text('inner_reply_n'),
    innerReplyK: integer('inner_reply_k'),
    innerContentHash: bytea('inner_content_hash'),
    url: text(),
    mimetype: text(),
    hasWort: boolean('has_wort').notNull(),
    /** ISO 639 code of the language of the text, as far as it can be told. */
    lang: text(),
    rivalCount: integer('rival_count').notNull(),
    /** What a post, reply or retwist is found by: words with their places, and marks (db/search-vector.ts). */
    words: tsvector(),
  },
  (t) => [
    primaryKey({ columns: [t.username, t.k] }),
    // searchPosts
    index('userpost_words').using('gin', t.words).where(sql`${t.words} is not null`),
    // newestUserposts: the front page, key set by (sort_time, username, k) descending. Ascending index, read backwards: a
    // drizzle .desc() index is NULLS LAST, which no plain ORDER BY … DESC can use
    index('userpost_newest').on(t.sortTime, t.username, t.k).where(sql`${t.kind} in ('post', 'reply', 'retwist')`),
    // trends: whose tags retwists vote for
    index('userpost_retwist_newest')
      .on(t.sortTime, t.username, t.k, t.innerN, t.innerK)
      .where(sql`${t.kind} = 'retwist'`),
    // newestPosts of some users: key set by (sort_time, username, k) descending. The counter: a
    // user's posts of a day, of every kind
    index('userpost_username_newest').on(t.username, t.sortTime, t.k, t.kind),
    // postsOfUser: of one kind, or of all that are shown, merged; k descending. encryptedNumbers
    index('userpost_username_kind_k').on(t.username, t.kind, t.k),
    // repliesTo a post, oldest first
    index('userpost_reply').on(t.replyN, t.replyK, t.sortTime, t.username, t.k).where(sql`${t.replyN} is not null`),
    // retwistsOf and favouritesOf a post, oldest first
    index('userpost_inner')
      .on(t.innerN, t.innerK, t.kind, t.sortTime, t.username, t.k)
      .where(sql`${t.innerN} is not null`),
  ],
)

/**
 * The #words of a post's text, of kinds that readers see: as the network dispatches them (dht-swarm-posts.md 5.6),
 * as readers see them linked (7.4), or both.
 */
export const hashtag = pgTable(
  'hashtag',
  {
    tag: text().notNull(),
    username: text().notNull(),
    k: integer().notNull(),
    sortTime: bigint('sort_time', { mode: 'number' }).notNull(),
    isDispatched: boolean('is_dispatched').notNull().default(true),
    isLinked: boolean('is_linked').notNull().default(true),
  },
  (t) => [
    primaryKey({ columns: [t.username, t.k, t.tag] }),
    // userpostsByHashtag: newest first, key set by (sort_time, username, k)
    index('hashtag_tag_newest').on(t.tag, t.sortTime, t.username, t.k),
    // recounts of an author's part in a hashtag
    index('hashtag_tag_username').on(t.tag, t.username, t.sortTime, t.k),
    // hashtagsInUse: tags of the last days
    index('hashtag_newest').on(t.sortTime),
  ],
)

/** The @names of a post's text, as the network dispatches them, as readers see them linked, or both. `mentioned` need not be a registered name. */
export const mention = pgTable(
  'mention',
  {
    mentioned: text().notNull(),
    username: text().notNull(),
    k: integer().notNull(),
    sortTime: bigint('sort_time', { mode: 'number' }).notNull(),
    isDispatched: boolean('is_dispatched').notNull().default(true),
    isLinked: boolean('is_linked').notNull().default(true),
  },
  (t) => [
    primaryKey({ columns: [t.username, t.k, t.mentioned] }),
    // mentionsOfUser: newest first, key set by (sort_time, username, k)
    index('mention_mentioned_newest').on(t.mentioned, t.sortTime, t.username, t.k),
  ],
)
