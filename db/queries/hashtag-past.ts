import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { HashtagDayView, PostView, RelatedHashtagView, UserLineView } from '../views.ts'
import { isPostShown, isTagShown, isUserShown } from './hidden.ts'
import { type PersonRow, personColumns, personJoins, userLineOf } from './person-row.ts'
import { type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import type { Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'
import { show } from './topics.ts'

export const PEOPLE_OF_HASHTAG: ListOrder = { name: 'tag-people', parts: ['number', 'string'] }

const SERIES_DAYS = 90
const DAY = 86_400
/** What goes with a tag, and its best posts, are looked for in its newest so many posts. */
const NEWEST_POSTS = 1_000

/** The last 90 days up to a moment, the oldest first; a day without a post is there, too. */
export async function hashtagSeries(sql: Reader, tag: string, at: number): Promise<HashtagDayView[]> {
  show.tag(tag)
  const last = Math.floor(at / DAY)
  const rows = await sql<{ day: number; postCount: number | null; peopleCount: number | null }[]>`
    select d.day, h.post_count, h.people_count
    from generate_series(${last - SERIES_DAYS + 1}::int, ${last}::int) d (day)
    left join hashtag_day h on h.tag = ${tag} and h.day = d.day and ${isTagShown(sql, sql`h.tag`)}
    order by d.day`
  return rows.map((row) => ({ time: row.day * DAY, postCount: row.postCount ?? 0, peopleCount: row.peopleCount ?? 0 }))
}

interface RelatedRow {
  tag: string
  people: number
}

/**
 * Tags that stand beside a tag in its newest posts: by the authors who use both, squared, over all who use the other, so
 * that what everybody uses does not go with everything.
 */
export async function relatedHashtags(sql: Reader, tag: string, limit: number): Promise<RelatedHashtagView[]> {
  const rows = await sql<RelatedRow[]>`
    with newest as materialized (
      select username, k from hashtag h where h.tag = ${tag} and ${isPostShown(sql, sql`h.username`, sql`h.k`)}
      order by h.sort_time desc, h.username desc, h.k desc limit ${NEWEST_POSTS}::int
    ),
    beside as (
      select o.tag, count(distinct o.username)::int as people
      from newest n join hashtag o on o.username = n.username and o.k = n.k
      where o.tag <> ${tag} and ${isTagShown(sql, sql`o.tag`)} group by o.tag
    )
    select b.tag, b.people from beside b join hashtag_state s on s.tag = b.tag
    order by b.people::float8 * b.people / greatest(s.people_count, b.people) desc, b.people desc, b.tag collate "C"
    limit ${limit}::int`
  return rows.map(({ tag: other, people }) => ({ tag: other, peopleCount: people }))
}

/** Who writes under a tag, most posts first. */
export async function peopleOfHashtag(
  sql: Reader,
  tag: string,
  request: PageRequest,
): Promise<Page<{ person: UserLineView; postCount: number }>> {
  const isForward = request.cursor?.direction !== 'prev'
  const direction = isForward ? sql`desc` : sql`asc`
  const [count = 0, username = ''] = request.cursor?.key ?? []
  const after =
    request.cursor === undefined
      ? sql``
      : sql`and (post_count, username) ${isForward ? sql`<` : sql`>`} (${Number(count)}::bigint, ${String(username)}::text)`
  const rows = await sql<(PersonRow & { tagPosts: number })[]>`
    select ${personColumns(sql)}, u.tag_posts from (
      select username, post_count as tag_posts from hashtag_author
      where tag = ${tag} and ${isUserShown(sql, sql`hashtag_author.username`)}
        and ${isTagShown(sql, sql`hashtag_author.tag`)} ${after}
      order by post_count ${direction}, username ${direction} ${rowLimit(sql, request)}
    ) u ${personJoins(sql)}
    order by u.tag_posts ${direction}, u.username ${direction}`
  return pageOf(
    PEOPLE_OF_HASHTAG,
    request,
    rows,
    (row) => [row.tagPosts, row.username],
    (row) => ({ person: userLineOf(row), postCount: row.tagPosts }),
  )
}

/** Of the newest posts under a tag those with the most answers, then the newest. */
export async function topPostsOfHashtag(sql: Reader, tag: string, limit: number): Promise<PostView[]> {
  show.tag(tag)
  const rows = await sql<PostRow[]>`
    with newest as materialized (
      select h.username, h.k, h.sort_time from hashtag h
      where h.tag = ${tag} and ${isPostShown(sql, sql`h.username`, sql`h.k`)}
      order by h.sort_time desc, h.username desc, h.k desc limit ${NEWEST_POSTS}::int
    ),
    best as materialized (
      select n.*, c.reply_count + c.retwist_count + c.favourite_count as answers
      from newest n join userpost_count c on c.username = n.username and c.k = n.k
      order by answers desc, n.sort_time desc, n.username desc, n.k desc limit ${limit}::int
    )
    select ${postColumns(sql)} from best b join userpost p on p.username = b.username and p.k = b.k ${postJoins(sql)}
    order by b.answers desc, b.sort_time desc, b.username desc, b.k desc`
  return rows.map(postViewOf)
}
