import { type ListOrder, type Page, type PageRequest, pageOf } from '../page.ts'
import type { BlockedSubjectView, BlockTotalsView } from '../views.ts'
import type { Reader } from './reader.ts'
import { rowLimit } from './row-limit.ts'

export const BLOCKED_SUBJECTS: ListOrder = { name: 'transparency', parts: ['number', 'number'] }

interface BlockedRow {
  kind: BlockedSubjectView['kind']
  subject: string
  reason: string
  at: number
  atMs: number
  place: number
  posts: number
}

/**
 * What the operator has blocked, the newest first. Users and posts by their names, which say nothing of what they wrote;
 * tags and words are what is hidden, so neither the entries nor the cursors hold them.
 */
export async function blockedSubjects(sql: Reader, request: PageRequest): Promise<Page<BlockedSubjectView>> {
  const isForward = request.cursor?.direction !== 'prev'
  const direction = isForward ? sql`desc` : sql`asc`
  const [atMs, place] = [Number(request.cursor?.key[0] ?? 0), Number(request.cursor?.key[1] ?? 0)]
  const after =
    request.cursor === undefined
      ? sql``
      : sql`where (at_ms, place) ${isForward ? sql`<` : sql`>`} (${atMs}::bigint, ${place}::bigint)`
  const rows = await sql<BlockedRow[]>`
    select m.kind, m.subject, m.reason, m.at, m.at_ms, m.place,
      (select count(*) from hidden_userpost h where h.cause = m.kind and h.subject = m.subject) as posts
    from (
      select * from (
        select kind, subject, reason, at, floor(at * 1000)::bigint as at_ms,
          row_number() over (partition by floor(at * 1000) order by kind, subject) as place
        from moderation
      ) placed ${after}
      order by at_ms ${direction}, place ${direction} ${rowLimit(sql, request)}
    ) m
    order by m.at_ms ${direction}, m.place ${direction}`
  return pageOf(BLOCKED_SUBJECTS, request, rows, (row) => [row.atMs, row.place], blockedSubjectOf)
}

/** How much is blocked of each kind, and how many authors have opted out, who are not named: they asked for that. */
export async function blockTotals(sql: Reader): Promise<BlockTotalsView> {
  const rows = await sql<BlockTotalsView[]>`
    select count(*) filter (where kind = 'user') as users, count(*) filter (where kind = 'post') as posts,
      count(*) filter (where kind = 'tag') as tags, count(*) filter (where kind = 'word') as words,
      (select count(*) from hidden_user where cause = 'opt-out') as opted_out
    from moderation`
  const row = rows[0]
  return {
    users: row?.users ?? 0,
    posts: row?.posts ?? 0,
    tags: row?.tags ?? 0,
    words: row?.words ?? 0,
    optedOut: row?.optedOut ?? 0,
  }
}

function blockedSubjectOf({ kind, subject, reason, at, posts }: BlockedRow): BlockedSubjectView {
  switch (kind) {
    case 'user':
      return { kind, n: subject, reason, since: at }
    case 'post': {
      const slash = subject.lastIndexOf('/')
      return { kind, n: subject.slice(0, slash), k: Number(subject.slice(slash + 1)), reason, since: at, posts }
    }
    case 'tag':
    case 'word':
      return { kind, reason, since: at, posts }
  }
}
