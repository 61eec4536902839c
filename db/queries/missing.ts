import type { MissingWhy } from '../views.ts'
import type { Reader } from './reader.ts'

/** What decides why a number of an author is not here. */
export interface AuthorFacts {
  isRegistered: boolean
  isFollowed: boolean
  /** Numbers above it are refused by everybody; absent for a name the chain does not hold. */
  numberLimit?: number
}

interface FactsRow {
  username: string
  height: number | null
  tipHeight: number | null
  isFollowed: boolean
}

export async function authorFacts(sql: Reader, usernames: readonly string[]): Promise<Map<string, AuthorFacts>> {
  const rows = await sql<FactsRow[]>`
    select u.username, n.height, (select max(height) from block where is_active) as tip_height,
      exists (select from inventory i where i.username = u.username) as is_followed
    from unnest(${[...usernames]}::text[]) u (username) left join name n on n.username = u.username`
  return new Map(
    rows.map(({ username, height, tipHeight, isFollowed }) => [
      username,
      { isRegistered: height !== null, isFollowed, numberLimit: numberLimit(height, tipHeight ?? 0) },
    ]),
  )
}

/** "k <= 2·(best − regHeight) + 20, if best > 0: too much posts from user …" (dht-swarm-posts.md 1.5). */
function numberLimit(height: number | null, tipHeight: number): number | undefined {
  return height === null || tipHeight === 0 ? undefined : 2 * (tipHeight - height) + 20
}

export interface NumberedRange {
  username: string
  from: number
  to: number
}

/** A number of which something is here, but no post. */
export interface Found {
  username: string
  k: number
  why: MissingWhy
}

/** Of one user, so that someone who had thousands refused costs no more than anybody else. */
const FOUND_OF_USER = 500
const FOUND_IN_RANGE = 50

/** What is here of the numbers of these ranges: judged and refused, in quarantine, or waiting for the chain. */
export async function foundIn(sql: Reader, ranges: readonly NumberedRange[]): Promise<Found[]> {
  const usernames = [...new Set(ranges.map((range) => range.username))]
  const each = (limit: number) => sql`limit ${sql.unsafe(String(limit))}`
  const [raw, refused, waiting] = await Promise.all([
    sql<{ username: string; k: number; code: string }[]>`
      select r.username, r.k, r.verdict as code
      from unnest(${ranges.map((range) => range.username)}::text[], ${ranges.map((range) => range.from)}::int[],
        ${ranges.map((range) => range.to)}::int[]) g (username, low, high)
      cross join lateral (
        select username, k, verdict from raw_userpost
        where raw_userpost.username = g.username and raw_userpost.k between g.low and g.high
        order by k ${each(FOUND_IN_RANGE)}
      ) r where r.verdict <> 'accept'`,
    sql<{ username: string; k: number; code: string }[]>`
      select q.username, q.k, q.code from unnest(${usernames}::text[]) u (username)
      cross join lateral (
        select username, k, code from quarantine where quarantine.username = u.username and k is not null
        order by id desc ${each(FOUND_OF_USER)}
      ) q`,
    sql<{ username: string; k: number; code: string }[]>`
      select w.username, (w.item::json ->> 'k')::int as k, w.code from unnest(${usernames}::text[]) u (username)
      cross join lateral (
        select username, item, code from pending_item
        where pending_item.username = u.username and kind = 'userpost' ${each(FOUND_OF_USER)}
      ) w where w.item::json ->> 'username' = w.username`,
  ])
  // Of two reasons for one number the last one stays.
  return [
    ...refused.map(({ username, k, code }): Found => ({ username, k, why: { kind: 'refused', code } })),
    ...waiting.map(({ username, k, code }): Found => ({ username, k, why: { kind: 'waiting', code } })),
    ...raw.map(({ username, k, code }): Found => ({ username, k, why: whyOfVerdict(code) })),
  ]
}

/** The codes of indexer/posts/verdict.ts. */
function whyOfVerdict(code: string): MissingWhy {
  if (code === 'rival') return { kind: 'rival' }
  return code === 'too-many-posts' ? { kind: 'above-limit' } : { kind: 'refused', code }
}

/** Why a number is not here of which nothing is here. */
export function whyUnseen(facts: AuthorFacts | undefined, k: number): MissingWhy {
  if (facts === undefined || !facts.isRegistered) return { kind: 'unregistered' }
  if (facts.numberLimit !== undefined && k > facts.numberLimit) return { kind: 'above-limit' }
  return facts.isFollowed ? { kind: 'not-seen' } : { kind: 'not-followed' }
}

/** Why one number is not here. */
export async function whyMissing(sql: Reader, username: string, k: number): Promise<MissingWhy> {
  const [facts, found] = await Promise.all([authorFacts(sql, [username]), foundIn(sql, [{ username, from: k, to: k }])])
  return found.findLast((one) => one.k === k)?.why ?? whyUnseen(facts.get(username), k)
}
