import type { Database } from '../db/client.ts'
import { Random } from './random.ts'

/** Whom and what the queries are asked for. Users, tags and posts are drawn by how often they occur (Zipf). */
export interface Subjects {
  users: readonly string[]
  posts: readonly { username: string; k: number }[]
  tags: readonly string[]
  mentioned: readonly string[]
  prefixes: readonly string[]
  /** Of the texts of posts, as frequent as they are there. */
  words: readonly string[]
  /** Two that stand side by side. */
  phrases: readonly string[]
  heights: readonly number[]
  uids: readonly number[]
  /** Time of the newest post, and of the middle of the whole time: a deep page. */
  endTime: number
  middleTime: number
}

export function at<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length]
  if (found === undefined) throw new Error('no subject')
  return found
}

const SAMPLE = 100
const NOBODY = 'nobody_here_at_all'

/** One in ten is the most frequent one of all, one in ten does not exist: what is worst must not hide in the average. */
function withExtremes<T>(drawn: readonly T[], busiest: T, absent: T): T[] {
  return drawn.map((one, at) => (at % 10 === 3 ? busiest : at % 10 === 8 ? absent : one))
}

export async function sampleSubjects(db: Database, seed: number): Promise<Subjects> {
  const random = new Random(seed)
  const posts = await drawPosts(db, random)
  const [mostAnswered] = await db<{ username: string; k: number }[]>`
    select reply_n as username, reply_k as k from userpost where reply_n is not null
    group by 1, 2 order by count(*) desc, 1, 2 limit 1`
  const [busiest] = await db<{ username: string }[]>`
    select username from userpost group by 1 order by count(*) desc, 1 limit 1`
  const [times] = await db<{ last: number; middle: number; height: number }[]>`
    select max(sort_time) as last, (min(sort_time) + max(sort_time)) / 2 as middle, max(height) as height from userpost`
  if (mostAnswered === undefined || busiest === undefined || times === undefined) throw new Error('an empty index')
  const users = withExtremes(
    posts.map((post) => post.username),
    busiest.username,
    NOBODY,
  )
  return {
    users,
    posts: withExtremes(posts, mostAnswered, { username: NOBODY, k: 1 }),
    tags: await drawWords(db, random, 'hashtag', 'tag'),
    mentioned: await drawWords(db, random, 'mention', 'mentioned'),
    prefixes: users.map((name) => name.slice(0, 1 + random.below(name.length))),
    ...(await drawText(db, posts)),
    heights: users.map(() => random.below(times.height)),
    uids: users.map(() => random.below(posts.length * 50)),
    endTime: times.last,
    middleTime: times.middle,
  }
}

/** Evenly over the posts, so by frequency over their authors. */
async function drawPosts(db: Database, random: Random): Promise<{ username: string; k: number }[]> {
  const [range] = await db<{ low: number; high: number }[]>`
    select min(sort_time) as low, max(sort_time) as high from userpost`
  if (range === undefined) return []
  const posts: { username: string; k: number }[] = []
  for (let i = 0; i < SAMPLE; i++) {
    const time = range.low + random.below(range.high - range.low)
    const rows = await db<{ username: string; k: number }[]>`
      select username, k from userpost where kind in ('post', 'reply', 'retwist') and sort_time >= ${time}::bigint
      order by sort_time, username, k limit 1`
    posts.push(...rows)
  }
  return posts
}

async function drawText(db: Database, posts: readonly { username: string; k: number }[]) {
  const words: string[] = []
  const phrases: string[] = []
  for (const [i, { username, k }] of posts.entries()) {
    const [post] = await db<{ msg: string }[]>`select msg from userpost where username = ${username} and k = ${k}`
    const found = post?.msg.match(/[\p{L}\p{N}]+/gu) ?? []
    words.push(found[i % found.length] ?? 'word')
    phrases.push(found.slice(0, 2).join(' ') || 'a word')
  }
  return { words, phrases }
}

async function drawWords(db: Database, random: Random, table: string, column: string): Promise<string[]> {
  const rows = await db<{ word: string; count: number }[]>`
    select ${db(column)} as word, count(*) as count from ${db(table)} group by 1 order by 2 desc, 1`
  const total = rows.reduce((sum, row) => sum + row.count, 0)
  const drawn = Array.from({ length: SAMPLE }, () => {
    const wanted = random.below(total)
    let sum = 0
    for (const row of rows) {
      sum += row.count
      if (sum > wanted) return row.word
    }
    return NOBODY
  })
  return withExtremes(drawn, rows[0]?.word ?? NOBODY, NOBODY)
}
