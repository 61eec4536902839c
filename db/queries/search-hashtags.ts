import { type CursorPart, type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { HashtagView } from '../views.ts'
import { type HashtagRow, hashtagViewOf } from './hashtags.ts'
import { isTagShown } from './hidden.ts'
import { type Reader, readWithin } from './reader.ts'
import { rowLimit } from './row-limit.ts'
import type { SearchQuery } from './search-query.ts'

export const HASHTAGS_FOUND: ListOrder = { name: 'search-hashtags', parts: ['number', 'number', 'string'] }

/** A shorter word has no trigram: only tags that begin with it are found. */
const TRIGRAM = 3
const HASHTAGS_TIMEOUT_MS = 1_000

interface FoundRow extends HashtagRow {
  place: number
}

/** Hashtags by the first word asked for: that tag, those that begin with it, hold it, are like it; then by people. */
export async function searchHashtags(
  sql: Reader,
  query: SearchQuery,
  request: PageRequest,
): Promise<Page<HashtagView> & { isCut: boolean }> {
  const word = tagWord(query)
  if (word === undefined) return { items: [], isCut: false }
  const isForward = request.cursor?.direction !== 'prev'
  const order = isForward
    ? sql`place, people_count desc, tag collate "C"`
    : sql`place desc, people_count, tag collate "C" desc`
  const [place = 0, people = 0, tag = ''] = request.cursor?.key ?? []
  const after =
    request.cursor === undefined
      ? sql``
      : sql`and (place, -people_count, tag collate "C") ${isForward ? sql`>` : sql`<`}
          (${Number(place)}::bigint, ${-Number(people)}::bigint, ${String(tag)}::text collate "C")`
  const pattern = word.replace(/[\\%_]/g, '\\$&')
  const isLike =
    word.length < TRIGRAM ? sql`tag like ${`${pattern}%`}` : sql`(tag like ${`%${pattern}%`} or tag % ${word})`
  const page = await readWithin(sql, HASHTAGS_TIMEOUT_MS, async (tx) => {
    const rows = await tx<FoundRow[]>`
      with found as materialized (
        select tag, post_count, people_count, first_time, last_time, case
          when tag = ${word} then 0
          when starts_with(tag, ${word}) then 1
          when strpos(tag, ${word}) > 0 then 2
          else 3 end as place
        from hashtag_state where ${isLike}
      )
      select * from found where ${isTagShown(sql, sql`found.tag`)} ${after} order by ${order} ${rowLimit(sql, request)}`
    return pageOf(HASHTAGS_FOUND, request, rows, foundKeyOf, hashtagViewOf)
  })
  return page === undefined ? { items: [], isCut: true } : { ...page, isCut: false }
}

function tagWord(query: SearchQuery): string | undefined {
  for (const term of query.terms) {
    if (term.isNot) continue
    if (term.kind === 'tag') return term.tag
    const word = term.kind === 'text' ? term.text.toLowerCase().match(/[\p{L}\p{N}\p{M}_]+/u)?.[0] : undefined
    if (word !== undefined) return word
  }
  return undefined
}

function foundKeyOf(row: FoundRow): CursorPart[] {
  return [row.place, row.peopleCount, row.tag]
}
