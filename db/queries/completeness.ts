import type { KnownNumbersView, MissingRangeView, NumberRange, UserCompletenessView } from '../views.ts'
import { type AuthorFacts, authorFacts, type Found, foundIn, whyUnseen } from './missing.ts'
import type { Reader } from './reader.ts'

/** How many of a user's posts one look walks, and how many gaps it shows; `next` goes on. */
const POSTS_WALKED = 5_000
const GAPS_SHOWN = 200
/** The newest posts, whose lastk and whose answers are looked at for numbers that are not here. */
const NEWEST_LOOKED_AT = 100

/**
 * Which numbers of a user are known of, and which of them are missing, and why, from the highest down; `below` goes on
 * where an earlier look ended.
 */
export async function completenessOf(
  sql: Reader,
  username: string,
  below: number | undefined,
): Promise<UserCompletenessView> {
  const [known, facts] = await Promise.all([knownNumbers(sql, username), authorFacts(sql, [username])])
  const author = facts.get(username)
  const highest = Math.max(-1, ...Object.values(known).filter((k) => k !== undefined))
  const limit = author?.numberLimit ?? highest
  const knownK = Math.min(highest, limit)
  const { gaps, next } = await gapsBelow(sql, username, below === undefined ? knownK : Math.min(below - 1, knownK))
  const found = await foundIn(
    sql,
    gaps.map((gap) => ({ username, ...gap })),
  )
  const missing = gaps.flatMap((gap) => explained(gap, found, author))
  // Numbers that others name and that nobody may use.
  if (below === undefined && highest > limit) {
    missing.unshift({ from: Math.max(0, limit + 1), to: highest, why: { kind: 'above-limit' } })
  }
  return { n: username, knownK: knownK < 0 ? undefined : knownK, known, missing, next }
}

interface KnownRow {
  inventory: number | null
  posts: number | null
  lastk: number | null
  answered: number | null
  embedded: number | null
}

/** The highest number that each source names. What others answer or embed is their word alone. */
async function knownNumbers(sql: Reader, username: string): Promise<KnownNumbersView> {
  const rows = await sql<KnownRow[]>`
    select
      (select max(known_k) from inventory where username = ${username}) as inventory,
      (select k from userpost where username = ${username} order by k desc limit 1) as posts,
      (select max(lastk) from (
        select lastk from userpost where username = ${username}
        order by k desc limit ${sql.unsafe(String(NEWEST_LOOKED_AT))}) newest) as lastk,
      (select reply_k from userpost where reply_n = ${username} order by reply_k desc limit 1) as answered,
      (select inner_k from userpost where inner_n = ${username} order by inner_k desc limit 1) as embedded`
  const row = rows[0]
  return {
    inventory: row?.inventory ?? undefined,
    posts: row?.posts ?? undefined,
    lastk: row?.lastk ?? undefined,
    answered: row?.answered ?? undefined,
    embedded: row?.embedded ?? undefined,
  }
}

/** The numbers up to `top` that have no post, from the highest down. */
async function gapsBelow(
  sql: Reader,
  username: string,
  top: number,
): Promise<{ gaps: NumberRange[]; next: number | undefined }> {
  if (top < 0) return { gaps: [], next: undefined }
  const held = sql`
    select k from userpost where username = ${username} and k <= ${top}
    order by k desc limit ${sql.unsafe(String(POSTS_WALKED))}`
  const [gaps, walked] = await Promise.all([
    sql<NumberRange[]>`
      select k + 1 as "from", above - 1 as "to"
      from (select k, lag(k::bigint, 1, ${top}::bigint + 1) over (order by k desc) as above from (${held}) h) pairs
      where above - k > 1 order by k desc limit ${sql.unsafe(String(GAPS_SHOWN + 1))}`,
    sql<{ count: number; lowest: number | null }[]>`select count(*)::int as count, min(k) as lowest from (${held}) h`,
  ])
  const shown = gaps.slice(0, GAPS_SHOWN)
  if (gaps.length > GAPS_SHOWN) return { gaps: shown, next: shown.at(-1)?.from }
  const lowest = walked[0]?.lowest ?? top + 1
  if (walked[0]?.count === POSTS_WALKED) return { gaps: shown, next: lowest > 0 ? lowest : undefined }
  return { gaps: lowest > 0 ? [...shown, { from: 0, to: lowest - 1 }] : shown, next: undefined }
}

/** One range for each reason: the numbers of which something is here, and what lies between them, from the highest. */
function explained(gap: NumberRange, found: readonly Found[], author: AuthorFacts | undefined): MissingRangeView[] {
  const reasons = new Map(found.filter(({ k }) => k >= gap.from && k <= gap.to).map(({ k, why }) => [k, why]))
  const ranges: MissingRangeView[] = []
  let to = gap.to
  for (const [k, why] of [...reasons].sort(([a], [b]) => b - a)) {
    if (k < to) ranges.push({ from: k + 1, to, why: whyUnseen(author, to) })
    ranges.push({ from: k, to: k, why })
    to = k - 1
  }
  if (gap.from <= to) ranges.push({ from: gap.from, to, why: whyUnseen(author, to) })
  return ranges
}
