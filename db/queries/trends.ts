import type { TrendsView, TrendView } from '../views.ts'
import { isPostShown, isTagShown } from './hidden.ts'
import type { Fragment, Reader } from './reader.ts'

/**
 * What is talked about at a moment. An author who used a tag counts 0.5^(age/12 h), by the newest use of the last 48 h:
 * each author once a tag, and with the 30 newest tags of these two days. Expected is the same sum for the tag's own past:
 * the authors of an average day of the 28 that are wholly before, where a day counts 0.5^(age/7 d), times what one author a day adds up
 * to. score = (seen - expected) / sqrt(expected + 1): how far off the past, in the spread that counts have by chance. A
 * tag that one author alone uses is no trend.
 */
const WINDOW_HOURS = 48
const HALF_LIFE_HOURS = 12
const PAST_DAYS = 28
const PAST_HALF_LIFE_DAYS = 7
const TAGS_PER_AUTHOR = 30
const MIN_PEOPLE = 2
const PAST_WEIGHT = (1 - 0.5 ** (PAST_DAYS / PAST_HALF_LIFE_DAYS)) / (1 - 0.5 ** (1 / PAST_HALF_LIFE_DAYS))
/** The integral of 0.5^(t/12 h) over 48 h, in days: what one author a day adds up to. */
export const AUTHOR_DAYS = (HALF_LIFE_HOURS / 24 / Math.LN2) * (1 - 0.5 ** (WINDOW_HOURS / HALF_LIFE_HOURS))

/**
 * twister's own: "each distinct tag of the text gets +0.5^(age/8 h) … dropped below 0.5^(7 d/8 h)"
 * (dht-swarm-posts.md 3.9), with "one vote per (author, k, tag)"; a retwist votes for the tags of what it retwists.
 */
const TWISTER_HALF_LIFE_HOURS = 8
const TWISTER_DAYS = 7
const TWISTER_LEAST = 0.5 ** ((TWISTER_DAYS * 24) / TWISTER_HALF_LIFE_HOURS)

const HOUR = 3600
const DAY = 86_400
/** Tags whose past is looked up: those of most authors. */
const CANDIDATES = 300
export const MAX_TRENDS = 50

export interface TrendsRequest {
  /** Unix seconds: posts after it do not count. */
  at: number
  /** 'twister': by twister's own score. */
  by: 'people' | 'twister'
  /** Only posts in this language count, and of the past the same share. */
  lang?: string
  limit: number
}

interface TrendRow {
  tag: string
  people: number | null
  posts: number | null
  seen: number | null
  expected: number | null
  score: number | null
  twisterScore: number | null
}

export async function trends(sql: Reader, request: TrendsRequest): Promise<TrendsView> {
  const at = Math.floor(request.at)
  const first = request.by === 'twister' ? sql`twister_score` : sql`score`
  const second = request.by === 'twister' ? sql`score` : sql`twister_score`
  const rows = await sql<TrendRow[]>`
    with used as materialized (${tagsUsed(sql, at, request.lang)}),
    counted as (${authorsCounted(sql, at)}),
    compared as materialized (
      select counted.*, ${AUTHOR_DAYS}::float8 * share * (${pastPeople(sql, sql`counted.tag`, at)}) as expected from counted
    ),
    scored as (
      select tag, people, posts, ${rounded(sql, sql`seen`)} as seen, ${rounded(sql, sql`expected`)} as expected,
        ${rounded(sql, sql`(seen - expected) / sqrt(expected + 1)`)} as score
      from compared
    ),
    twister as materialized (${twisterScores(sql, at, request.lang)})
    select * from (
      select coalesce(scored.tag, twister.tag) as tag, people, posts, seen, expected, score, twister_score
      from scored full join twister on twister.tag = scored.tag
    ) trend
    where ${first} is not null and ${isTagShown(sql, sql`trend.tag`)}
    order by ${first} desc, ${second} desc nulls last, tag collate "C"
    limit ${Math.min(request.limit, MAX_TRENDS)}::int`
  return { at, items: rows.map(trendViewOf) }
}

/** Who used which tag in the window: when last, in how many posts, and the place among the author's newest tags. */
function tagsUsed(sql: Reader, at: number, lang: string | undefined): Fragment {
  const isCounted = lang === undefined ? sql`true` : sql`p.lang is not distinct from ${langCell(lang)}::text`
  const join = lang === undefined ? sql`` : sql`join userpost p on p.username = h.username and p.k = h.k`
  return sql`
    select tag, username, last_time, posts, all_posts,
      row_number() over (partition by username order by last_time desc nulls last, tag collate "C") as place
    from (
      select h.tag, h.username, max(h.sort_time) filter (where ${isCounted}) as last_time,
        count(*) filter (where ${isCounted}) as posts, count(*) as all_posts
      from hashtag h ${join}
      where h.sort_time > ${at - WINDOW_HOURS * HOUR}::bigint and h.sort_time <= ${at}::bigint
        and ${isPostShown(sql, sql`h.username`, sql`h.k`)}
      group by h.tag, h.username
    ) one`
}

function authorsCounted(sql: Reader, at: number): Fragment {
  const isCounted = sql`posts > 0 and place <= ${TAGS_PER_AUTHOR}::int`
  return sql`
    select tag, count(*) filter (where ${isCounted})::int as people, sum(posts)::int as posts,
      sum(power(0.5, (${at}::bigint - last_time) / ${HALF_LIFE_HOURS * HOUR}::float8)) filter (where ${isCounted}) as seen,
      (sum(posts) / sum(all_posts))::float8 as share
    from used group by tag having count(*) filter (where ${isCounted}) >= ${MIN_PEOPLE}::int
    order by people desc, tag collate "C" limit ${CANDIDATES}::int`
}

/** Authors of an average day of the tag's past; the newest of these days is the last before the window. */
function pastPeople(sql: Reader, tag: Fragment, at: number): Fragment {
  const newest = Math.floor((at - WINDOW_HOURS * HOUR) / DAY) - 1
  return sql`
    select coalesce(sum(d.people_count * power(0.5, (${newest}::int - d.day) / ${PAST_HALF_LIFE_DAYS}::float8)), 0)
      / ${PAST_WEIGHT}::float8
    from hashtag_day d where d.tag = ${tag} and d.day between ${newest - PAST_DAYS + 1}::int and ${newest}::int`
}

/** A retwist's own words do not vote: "text = rt.msg if rt present, else msg". */
function twisterScores(sql: Reader, at: number, lang: string | undefined): Fragment {
  const inTime = (table: Fragment) =>
    sql`${table}.sort_time > ${at - TWISTER_DAYS * DAY}::bigint and ${table}.sort_time <= ${at}::bigint`
  const inLanguage = (table: Fragment) =>
    lang === undefined
      ? sql``
      : sql`and exists (select from userpost l where l.username = ${table}.username and l.k = ${table}.k
          and l.lang is not distinct from ${langCell(lang)}::text)`
  const score = sql`sum(power(0.5, (${at}::bigint - sort_time) / ${TWISTER_HALF_LIFE_HOURS * HOUR}::float8))`
  return sql`
    select tag, ${rounded(sql, score)} as twister_score from (
      select h.tag, h.sort_time from hashtag h
      where ${inTime(sql`h`)} and h.is_dispatched and ${isPostShown(sql, sql`h.username`, sql`h.k`)} ${inLanguage(sql`h`)}
        and not exists (select from userpost p where p.kind = 'retwist' and ${inTime(sql`p`)}
          and p.username = h.username and p.k = h.k)
      union all
      select h.tag, p.sort_time from userpost p join hashtag h on h.username = p.inner_n and h.k = p.inner_k
      where ${inTime(sql`p`)} and p.kind = 'retwist' and h.is_dispatched
        and ${isPostShown(sql, sql`p.username`, sql`p.k`)} ${inLanguage(sql`p`)}
    ) vote
    group by tag having ${score} >= ${TWISTER_LEAST}::float8`
}

/** Sums of fractions depend on their order in the last digits. */
function rounded(sql: Reader, value: Fragment): Fragment {
  return sql`round((${value})::numeric, 6)::float8`
}

/** und: posts whose language cannot be told. */
function langCell(lang: string): string | null {
  return lang === 'und' ? null : lang
}

function trendViewOf(row: TrendRow): TrendView {
  return {
    tag: row.tag,
    people: row.people ?? 0,
    posts: row.posts ?? 0,
    seen: row.seen ?? 0,
    expected: row.expected ?? 0,
    score: row.score ?? undefined,
    twisterScore: row.twisterScore ?? 0,
  }
}
