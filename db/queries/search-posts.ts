import { type CursorPart, type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import { placedWords } from '../search-words.ts'
import type { PostView, SearchView } from '../views.ts'
import { POST_KEY_PARTS } from './post-list.ts'
import { type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import { type Reader, type ReadTransaction, readWithin } from './reader.ts'
import { type MatchRow, matchesInIndex, rankedMatches, scannedMatches, walkedMatches } from './search-matches.ts'
import type { SearchQuery } from './search-query.ts'
import { similarWords } from './search-replacements.ts'
import { type Replacements, type SearchPlan, searchPlan, wantedWords } from './search-tsquery.ts'

export const SEARCH_NEWEST: ListOrder = { name: 'search', parts: POST_KEY_PARTS }
export const SEARCH_BEST: ListOrder = { name: 'search-best', parts: ['number', 'string', 'number'] }

/** Each query of a search; there are at most seven. */
const SEARCH_TIMEOUT_MS = 1_000

/** Posts, replies and retwists that a query finds, the newest first. */
export function searchNewest(sql: Reader, query: SearchQuery, request: PageRequest): Promise<SearchView> {
  return search(sql, query, async (tx, plan) => {
    const walked = await walkedMatches(sql, tx, plan, request)
    if (walked.length > request.limit) return pageOf(SEARCH_NEWEST, request, walked, newestKeyOf, (row) => row)
    if (!plan.isPositive) return scannedPage(sql, tx, plan, request)
    const found = await matchesInIndex(sql, tx, plan, request)
    return pageOf(SEARCH_NEWEST, request, found, newestKeyOf, (row) => row)
  })
}

/** The same, those first that fit best. */
export function searchBest(sql: Reader, query: SearchQuery, request: PageRequest): Promise<SearchView> {
  return search(sql, query, async (tx, plan) => {
    const ranked = await rankedMatches(sql, tx, plan, request)
    return pageOf(
      SEARCH_BEST,
      request,
      ranked,
      (row) => [row.score, row.username, row.k],
      (row) => row,
    )
  })
}

/** Where nothing is asked to be there, a page ends where so many posts have been read, and the next one begins there. */
async function scannedPage(
  sql: Reader,
  tx: ReadTransaction,
  plan: SearchPlan,
  request: PageRequest,
): Promise<Page<MatchRow>> {
  const scanned = await scannedMatches(sql, tx, plan, request)
  const matches = scanned.filter((row) => row.isMatch)
  const page = pageOf(SEARCH_NEWEST, request, matches, newestKeyOf, (row) => row)
  const last = scanned.at(-1)
  if (matches.length > request.limit || last === undefined || !last.isLast) return page
  const direction = request.cursor?.direction ?? 'next'
  return { ...page, [direction]: { list: SEARCH_NEWEST.name, direction, key: newestKeyOf(last) } }
}

async function search(
  sql: Reader,
  query: SearchQuery,
  find: (tx: ReadTransaction, plan: SearchPlan) => Promise<Page<MatchRow>>,
): Promise<SearchView> {
  const view = await readWithin(sql, SEARCH_TIMEOUT_MS, async (tx) => {
    const replacements = await similarWords(tx, wantedWords(query))
    const page = await find(tx, searchPlan(query, replacements))
    const items = await postsOf(sql, tx, page.items)
    return { ...page, items, isCut: false, replaced: shownReplacements(replacements, items) }
  })
  return view ?? { items: [], isCut: true, replaced: [] }
}

/** Of the words that stand in for others only those that the page shows: others may be of posts that are hidden. */
function shownReplacements(replacements: Replacements, posts: readonly PostView[]): SearchView['replaced'] {
  const shown = new Set(posts.flatMap(({ msg, msg2 }) => placedWords(msg + msg2).map(({ word }) => word)))
  return [...replacements].map(([word, by]) => ({ word, by: by.filter((other) => shown.has(other)) }))
}

async function postsOf(sql: Reader, tx: ReadTransaction, matches: readonly MatchRow[]): Promise<PostView[]> {
  if (matches.length === 0) return []
  const rows = await tx<PostRow[]>`
    select ${postColumns(sql)}
    from unnest(${matches.map((row) => row.username)}::text[], ${matches.map((row) => row.k)}::int[])
      with ordinality as found (username, k, place)
    join userpost p on p.username = found.username and p.k = found.k ${postJoins(sql)}
    order by found.place`
  return rows.map(postViewOf)
}

function newestKeyOf(row: MatchRow): CursorPart[] {
  return [row.sortTime, row.username, row.k]
}
