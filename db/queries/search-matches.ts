import type { PageRequest } from '../page.ts'
import { isPostShown } from './hidden.ts'
import { stepsOfPosts } from './post-list.ts'
import type { Fragment, Reader, ReadTransaction } from './reader.ts'
import { rowLimit } from './row-limit.ts'
import type { SearchPlan } from './search-tsquery.ts'

export interface MatchRow {
  username: string
  k: number
  sortTime: number
}

interface ScannedRow extends MatchRow {
  isMatch: boolean
  /** There may be more behind it. */
  isLast: boolean
}

interface RankedRow extends MatchRow {
  score: number
}

/** So many of the newest 10 000 posts match: the best of them will do. */
const ENOUGH_TO_RANK = 40

// Numbers in the text and not parameters: for an unknown limit PostgreSQL plans as if a tenth of the table were wanted.
/** Posts read from the newest on before the index of words is asked: what is said often is found among them. */
const walkLimit = (sql: Reader): Fragment => sql`limit 4000`
const walkToRankLimit = (sql: Reader): Fragment => sql`limit 10000`
/** The best are looked for among the newest so many that match. */
const rankLimit = (sql: Reader): Fragment => sql`limit 500`
/** Where that index cannot be asked, since nothing but exclusions are known. */
const SCANNED_POSTS = 20_000
const scanLimit = (sql: Reader): Fragment => sql`limit 20000`

/** What the newest posts behind the cursor hold; a short answer may not be all. */
export function walkedMatches(
  sql: Reader,
  tx: ReadTransaction,
  plan: SearchPlan,
  request: PageRequest,
): Promise<MatchRow[]> {
  const steps = stepsOfPosts(sql, 'newest-first', request)
  return tx<MatchRow[]>`
    select s.username, s.k, s.sort_time from (
      ${postsInTime(sql, plan)} ${steps.after(sql`p`)} order by ${steps.order(sql`p`)} ${walkLimit(sql)}
    ) s
    where ${isMatch(sql, plan)} order by ${steps.order(sql`s`)} ${rowLimit(sql, request)}`
}

/** All that match, by the index of words. "materialized" keeps the order out of it: else all posts are walked. */
export function matchesInIndex(
  sql: Reader,
  tx: ReadTransaction,
  plan: SearchPlan,
  request: PageRequest,
): Promise<MatchRow[]> {
  const steps = stepsOfPosts(sql, 'newest-first', request)
  return tx<MatchRow[]>`
    with s as materialized (${postsInTime(sql, plan)} and p.words @@ ${plan.tsquery ?? ''}::tsquery ${steps.after(sql`p`)})
    select s.username, s.k, s.sort_time from s where ${isPostShown(sql, sql`s.username`, sql`s.k`)}
    order by ${steps.order(sql`s`)} ${rowLimit(sql, request)}`
}

/** What of the newest posts behind the cursor matches, and the last that was read. */
export function scannedMatches(
  sql: Reader,
  tx: ReadTransaction,
  plan: SearchPlan,
  request: PageRequest,
): Promise<ScannedRow[]> {
  const steps = stepsOfPosts(sql, 'newest-first', request)
  return tx<ScannedRow[]>`
    select * from (
      select s.username, s.k, s.sort_time, ${isMatch(sql, plan)} as is_match,
        row_number() over (order by ${steps.order(sql`s`)}) = ${SCANNED_POSTS}::int as is_last
      from (
        ${postsInTime(sql, plan)} ${steps.after(sql`p`)} order by ${steps.order(sql`p`)} ${scanLimit(sql)}
      ) s
    ) s
    where is_match or is_last order by ${steps.order(sql`s`)} limit ${request.limit + 1}::int`
}

/**
 * Those that fit best: by how often and how close the words stand (ts_rank_cd over the length of the text), half the
 * logarithm of the answers, and one for every 90 days: nothing in it depends on the hour. Where the newest posts hold
 * enough that match, the best are looked for among these, else among the newest of all.
 */
export async function rankedMatches(
  sql: Reader,
  tx: ReadTransaction,
  plan: SearchPlan,
  request: PageRequest,
): Promise<RankedRow[]> {
  const newest = (table: Fragment) => sql`${table}.sort_time desc, ${table}.username desc, ${table}.k desc`
  const walked = await ranked(
    sql,
    tx,
    plan,
    request,
    sql`select s.username, s.k, s.sort_time from (
        ${postsInTime(sql, plan)} order by ${newest(sql`p`)} ${walkToRankLimit(sql)}
      ) s where ${isMatch(sql, plan)} order by ${newest(sql`s`)} ${rankLimit(sql)}`,
  )
  if (!plan.isPositive || walked.candidates >= ENOUGH_TO_RANK) return walked.rows
  const found = await ranked(
    sql,
    tx,
    plan,
    request,
    sql`select s.username, s.k, s.sort_time from (
        ${postsInTime(sql, plan)} and p.words @@ ${plan.tsquery ?? ''}::tsquery offset 0
      ) s where ${isPostShown(sql, sql`s.username`, sql`s.k`)} order by ${newest(sql`s`)} ${rankLimit(sql)}`,
  )
  return found.rows
}

const DAYS_90 = 90 * 86_400

async function ranked(
  sql: Reader,
  tx: ReadTransaction,
  plan: SearchPlan,
  request: PageRequest,
  candidates: Fragment,
): Promise<{ candidates: number; rows: RankedRow[] }> {
  const isForward = request.cursor?.direction !== 'prev'
  const direction = isForward ? sql`desc` : sql`asc`
  const [score = 0, username = '', k = 0] = request.cursor?.key ?? []
  const after =
    request.cursor === undefined
      ? sql``
      : sql`where (r.score, r.username, r.k) ${isForward ? sql`<` : sql`>`}
          (${Number(score)}::bigint, ${String(username)}::text, ${Number(k)}::bigint)`
  const fit =
    plan.wordsQuery === undefined
      ? sql`0`
      : sql`4 * ts_rank_cd('{1, 1, 1, 1}'::float4[], p.words, ${plan.wordsQuery}::tsquery, 1)`
  const order = sql`r.score ${direction}, r.username ${direction}, r.k ${direction}`
  const rows = await tx<(Partial<RankedRow> & { candidates: number })[]>`
    with c as materialized (${candidates})
    select counted.candidates, r.* from (select count(*)::int as candidates from c) counted
    left join (
      select * from (
        select c.username, c.k, c.sort_time,
          floor(1e6 * (${fit} + c.sort_time / ${DAYS_90}::float8
            + ln(1 + coalesce(n.reply_count + 2 * n.retwist_count + n.favourite_count, 0)) / 2))::bigint as score
        from c join userpost p on p.username = c.username and p.k = c.k
        left join userpost_count n on n.username = c.username and n.k = c.k
      ) r ${after} order by ${order} ${rowLimit(sql, request)}
    ) r on true order by ${order}`
  return { candidates: rows[0]?.candidates ?? 0, rows: rows.flatMap((row) => (isRanked(row) ? [row] : [])) }
}

/** Without a match there is a row all the same: it holds the number of candidates. */
function isRanked(row: Partial<RankedRow>): row is RankedRow {
  return typeof row.username === 'string'
}

/** The kinds on the front page, in the order of whose index they can be read; ends in a condition. */
function postsInTime(sql: Reader, { author, since, before }: SearchPlan): Fragment {
  return sql`
    select p.username, p.k, p.sort_time, p.words from userpost p where p.kind in ('post', 'reply', 'retwist')
      ${author === undefined ? sql`` : sql`and p.username = ${author}`}
      ${since === undefined ? sql`` : sql`and p.sort_time >= ${since}::bigint`}
      ${before === undefined ? sql`` : sql`and p.sort_time < ${before}::bigint`}`
}

function isMatch(sql: Reader, { tsquery }: SearchPlan): Fragment {
  const shown = isPostShown(sql, sql`s.username`, sql`s.k`)
  return tsquery === undefined ? shown : sql`(s.words @@ ${tsquery}::tsquery and ${shown})`
}
