import { type CursorPart, type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { UserLineView } from '../views.ts'
import { isUserShown } from './hidden.ts'
import { type PersonRow, personColumns, personJoins, userLineOf } from './person-row.ts'
import { type Fragment, type Reader, readWithin } from './reader.ts'
import { rowLimit } from './row-limit.ts'
import type { SearchQuery } from './search-query.ts'

export const PEOPLE_FOUND: ListOrder = { name: 'search-people', parts: ['number', 'number', 'string'] }

const MAX_WORDS = 5
/** A shorter one has no trigram: only names that begin with it are found. */
const TRIGRAM = 3
const IS_ASCII = /^[\0-\x7f]*$/
const PEOPLE_TIMEOUT_MS = 1_000

interface FoundRow extends PersonRow {
  place: number
  followers: number
}

/**
 * People whose name, full name and bio hold every word asked for, or a part of a word like it. First the one of that
 * name, names that begin with it, full names that do; then by followers.
 */
export async function searchPeople(
  sql: Reader,
  query: SearchQuery,
  request: PageRequest,
): Promise<Page<UserLineView> & { isCut: boolean }> {
  const words = peopleWords(query)
  const [first] = words
  if (first === undefined) return { items: [], isCut: false }
  const isForward = request.cursor?.direction !== 'prev'
  const order = isForward
    ? sql`u.place, u.followers, u.username using ~<~`
    : sql`u.place desc, u.followers desc, u.username using ~>~`
  const [place = 0, followers = 0, username = ''] = request.cursor?.key ?? []
  const after =
    request.cursor === undefined
      ? sql``
      : sql`where (u.place, u.followers, u.username collate "C") ${isForward ? sql`>` : sql`<`}
          (${Number(place)}::bigint, ${Number(followers)}::bigint, ${String(username)}::text collate "C")`
  const page = await readWithin(sql, PEOPLE_TIMEOUT_MS, async (tx) => {
    const rows = await tx<FoundRow[]>`
      with found as materialized (${foundByWords(sql, words)}),
      ranked as materialized (
        select f.username, -coalesce(s.follower_count, 0) as followers, case
          when f.username = ${first} then 0
          when starts_with(f.username, ${first}) then 1
          when starts_with(search_folded(p.fullname), search_folded(${first})) then 2
          else 3 end as place
        from found f left join user_state s on s.username = f.username left join profile p on p.username = f.username
        where ${isUserShown(sql, sql`f.username`)}
      )
      select ${personColumns(sql)}, u.place, u.followers
      from (select * from ranked u ${after} order by ${order} ${rowLimit(sql, request)}) u ${personJoins(sql)}
      order by ${order}`
    return pageOf(PEOPLE_FOUND, request, rows, foundKeyOf, userLineOf)
  })
  return page === undefined ? { items: [], isCut: true } : { ...page, isCut: false }
}

function foundByWords(sql: Reader, words: readonly string[]): Fragment {
  const conditions = words.map(
    (word) => sql`
    search_folded(username || ' ' || fullname || ' ' || bio) like '%' || search_folded(${escaped(word)}) || '%'`,
  )
  const all = conditions.reduce((one, other) => sql`${one} and ${other}`)
  const [first = '', ...others] = words
  const byText = sql`select username from profile where ${all}`
  if (others.length > 0) return byText
  // Two characters of a script without spaces are a word; two letters are in everything.
  if (first.length < TRIGRAM && IS_ASCII.test(first)) {
    return sql`select username from name where username ~>=~ ${first} and username ~<~ ${`${first}~`}`
  }
  return sql`select username from name where username like ${`%${escaped(first)}%`} union ${byText}`
}

/** `_` stands for any character in LIKE; nothing else in a word does. */
function escaped(word: string): string {
  return word.replaceAll('_', '\\_')
}

function peopleWords(query: SearchQuery): string[] {
  const words = query.terms.flatMap((term) => {
    if (term.isNot) return []
    if (term.kind === 'text') return term.text.toLowerCase().match(/[\p{L}\p{N}\p{M}_]+/gu) ?? []
    return term.kind === 'from' || term.kind === 'mention' ? [term.username] : []
  })
  return [...new Set<string>(words)].slice(0, MAX_WORDS)
}

function foundKeyOf(row: FoundRow): CursorPart[] {
  return [row.place, row.followers, row.username]
}
