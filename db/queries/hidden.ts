import type { Fragment, Reader } from './reader.ts'

// "What an operator has blocked, or an author has opted out of, stays out of pages, API, feeds, search, sitemaps and
// embeds": every query that shows anything leaves out what these conditions refuse.

/**
 * A condition: the post with this author and number is not hidden. hidden_userpost holds the posts that embed something
 * hidden as well, so author and number are enough, in whatever table they stand.
 */
export function isPostShown(sql: Reader, username: Fragment, k: Fragment): Fragment {
  return sql`(${isUserShown(sql, username)} and ${isOwnPostShown(sql, username, k)})`
}

/** The same of a post whose author is known to be shown. */
export function isOwnPostShown(sql: Reader, username: Fragment, k: Fragment): Fragment {
  return sql`not exists (
    select from hidden_userpost where hidden_userpost.username = ${username} and hidden_userpost.k = ${k})`
}

/** A condition: the user is not hidden. */
export function isUserShown(sql: Reader, username: Fragment): Fragment {
  return sql`not exists (select from hidden_user where hidden_user.username = ${username})`
}

/** A condition: the tag is not blocked. The posts that bear a blocked one are in hidden_userpost. */
export function isTagShown(sql: Reader, tag: Fragment): Fragment {
  return sql`not exists (select from moderation where moderation.kind = 'tag' and moderation.subject = ${tag})`
}

/** A condition: the message of the block at this height is not hidden. */
export function isPromotedShown(sql: Reader, username: Fragment, height: Fragment): Fragment {
  return sql`(${isUserShown(sql, username)} and not exists (
    select from hidden_userpost where hidden_userpost.username = '!' || ${username} and hidden_userpost.k = ${height}))`
}

/**
 * A condition: signed bytes may be shown of which nobody has judged what they hold, as those of a rival. Whether a tag, a
 * word or a post is blocked has been judged of the posts that stand alone.
 */
export function isUnjudgedShown(sql: Reader, bytes: Fragment): Fragment {
  return sql`(not exists (select from moderation where kind <> 'user') and ${namesNobodyHidden(sql, bytes)})`
}

/** A condition: no hidden user's name stands alone in bencoded bytes, as that of the author of a post inside does. */
export function namesNobodyHidden(sql: Reader, bytes: Fragment): Fragment {
  return sql`not exists (
    select from hidden_user hidden
    where position(convert_to(length(hidden.username) || ':' || hidden.username, 'UTF8') in ${bytes}) > 0)`
}
