import { isTagShown, isUserShown } from './hidden.ts'
import { limitOf, type PieceRow, pieceJoin } from './pieces.ts'
import { isNotHidden, isShown } from './post-row.ts'
import { type Fragment, type Reader, readWithin } from './reader.ts'
import { searchPlan } from './search-tsquery.ts'

/** What a text must hold, as it stands: words of a language are not looked for. */
export interface TextMatch {
  mode: 'all' | 'any'
  keywords: readonly string[]
  isCaseSensitive: boolean
}

export interface MessageMatch extends TextMatch {
  /** Of this author alone. */
  username?: string
  /** Unix seconds by the post's own word, or by that of the post that it retwists. */
  notBefore?: number
  notAfter?: number
}

const MATCH_TIMEOUT_MS = 1_000
/** The newest posts, which are read; of older ones only those that have the keywords as words. */
const POSTS_READ = 20_000

/**
 * The newest posts of which a text holds the keywords: a post's own first part, a retwisted post's first part, or the
 * words about it. Undefined when it takes too long.
 */
export function messageMatches(sql: Reader, match: MessageMatch, count: number): Promise<PieceRow[] | undefined> {
  return readWithin(sql, MATCH_TIMEOUT_MS, async (tx) => {
    const find = (source: Fragment) => tx<PieceRow[]>`
      select p.username, p.k, p.time, r.piece from (
        select p.* from (${source}) p where ${isMessageMatch(sql, match)} and ${isShown(sql)}
        order by p.time desc, p.username desc, p.k desc ${limitOf(sql, count)}
      ) p ${pieceJoin(sql)} order by p.time desc, p.username desc, p.k desc`
    const kinds = sql`p.kind in ('post', 'reply', 'retwist')`
    const author = match.username === undefined ? sql`` : sql`and p.username = ${match.username}`
    const newest = await find(sql`
      select p.* from userpost p where ${kinds} ${author}
      order by p.sort_time desc, p.username desc, p.k desc limit ${sql.unsafe(String(POSTS_READ))}`)
    const tsquery = tsqueryOf(match)
    if (newest.length >= count || tsquery === undefined) return newest.slice(0, count)
    const worded = await find(
      sql`select p.* from userpost p where ${kinds} ${author} and p.words @@ ${tsquery}::tsquery`,
    )
    return newestOf([...newest, ...worded], count)
  })
}

/** The newest favourites of a user of which a text holds the keywords. Undefined when it takes too long. */
export function favouriteMatches(
  sql: Reader,
  match: MessageMatch & { username: string },
  count: number,
): Promise<PieceRow[] | undefined> {
  return readWithin(sql, MATCH_TIMEOUT_MS, async (tx) => {
    const isInTime = sql`p.time >= ${match.notBefore ?? 0}::bigint and p.time <= ${match.notAfter ?? Number.MAX_SAFE_INTEGER}::bigint`
    const rows = await tx<PieceRow[]>`
      select p.username, p.k, p.time, r.piece from (
        select p.* from userpost p
        where p.username = ${match.username} and p.kind = 'favourite' and ${isInTime} and ${isNotHidden(sql)}
          and (${isTextMatch(sql, sql`p.inner_msg`, match)} or ${isTextMatch(sql, sql`p.msg`, match)})
        order by p.time desc, p.k desc ${limitOf(sql, count)}
      ) p ${pieceJoin(sql)} order by p.time desc, p.k desc`
    return rows.slice(0, count)
  })
}

/** A profile as it was signed. */
export interface ProfileMatchRow {
  username: string
  p: Uint8Array
}

/** Profiles that hold the keywords in one of their texts, A to Z. Undefined when it takes too long. */
export function profileMatches(sql: Reader, match: TextMatch, count: number): Promise<ProfileMatchRow[] | undefined> {
  return readWithin(sql, MATCH_TIMEOUT_MS, async (tx) => {
    const texts = [sql`f.bio`, sql`f.fullname`, sql`f.location`, sql`f.url`]
    const isMatch = texts.map((text) => isTextMatch(sql, text, match)).reduce((one, other) => sql`${one} or ${other}`)
    const rows = await tx<ProfileMatchRow[]>`
      select f.username, i.p from (
        select f.username, f.seq, f.content_hash from profile f where (${isMatch}) and ${isUserShown(sql, sql`f.username`)}
        order by f.username using ~<~ ${limitOf(sql, count)}
      ) f
      join raw_dht_item i on i.sig_user = f.username and i.r = 'profile' and i.seq = f.seq and i.content_hash = f.content_hash
      order by f.username using ~<~`
    return rows.slice(0, count)
  })
}

/** In this order the reference walks names of one length: letters, digits, underscore. */
const FIRST_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789_'

/** Registered names that hold a text, the shortest first. Undefined when it takes too long. */
export function nameMatches(sql: Reader, text: string, count: number): Promise<string[] | undefined> {
  return readWithin(sql, MATCH_TIMEOUT_MS, async (tx) => {
    const rows = await tx<{ username: string }[]>`
      select username from name where username like ${patternOf(text)}
      order by length(username), strpos(${FIRST_CHARACTERS}, left(username, 1)), username collate "C" ${limitOf(sql, count)}`
    return rows.slice(0, count).map(({ username }) => username)
  })
}

/** Hashtags that hold a text, the shortest first. Undefined when it takes too long. */
export function hashtagMatches(sql: Reader, text: string, count: number): Promise<string[] | undefined> {
  return readWithin(sql, MATCH_TIMEOUT_MS, async (tx) => {
    const rows = await tx<{ tag: string }[]>`
      select tag from hashtag_state s where tag like ${patternOf(text)} and post_count > 0 and ${isTagShown(sql, sql`s.tag`)}
      order by octet_length(tag), tag collate "C" ${limitOf(sql, count)}`
    return rows.slice(0, count).map(({ tag }) => tag)
  })
}

function isMessageMatch(sql: Reader, match: MessageMatch): Fragment {
  const { notBefore = 0, notAfter = Number.MAX_SAFE_INTEGER } = match
  const isInTime = (time: Fragment) => sql`(${time} >= ${notBefore}::bigint and ${time} <= ${notAfter}::bigint)`
  const own = isTextMatch(sql, sql`p.msg`, match)
  const inner = isTextMatch(sql, sql`p.inner_msg`, match)
  return sql`case when p.inner_n is null then ${own} and ${isInTime(sql`p.time`)}
    else (${own} or ${inner}) and (${isInTime(sql`p.inner_time`)} or (p.msg <> '' and ${isInTime(sql`p.time`)})) end`
}

function isTextMatch(sql: Reader, text: Fragment, { mode, keywords, isCaseSensitive }: TextMatch): Fragment {
  const holds = keywords.map((keyword) =>
    isCaseSensitive ? sql`strpos(${text}, ${keyword}) > 0` : sql`strpos(lower(${text}), lower(${keyword})) > 0`,
  )
  const [first = sql`false`, ...others] = holds
  return sql`(${others.reduce((one, other) => (mode === 'all' ? sql`${one} and ${other}` : sql`${one} or ${other}`), first)})`
}

/** What posts are found by that have the keywords as whole words; undefined for keywords without a word. */
function tsqueryOf({ mode, keywords }: TextMatch): string | undefined {
  const queries = keywords.map(
    (text) => searchPlan({ terms: [{ isNot: false, kind: 'text', text }], ignored: [] }, new Map()).tsquery,
  )
  const known = queries.filter((query) => query !== undefined)
  if (known.length === 0 || (mode === 'any' && known.length < queries.length)) return undefined
  return known.join(mode === 'all' ? ' & ' : ' | ')
}

/** Each once; of one time in the order of the queries. */
function newestOf(rows: readonly PieceRow[], count: number): PieceRow[] {
  const distinct = [...new Map(rows.map((row) => [`${row.username}/${row.k}`, row])).values()]
  return distinct.sort((a, b) => b.time - a.time || compareNames(b.username, a.username) || b.k - a.k).slice(0, count)
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function patternOf(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
}
