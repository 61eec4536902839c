import type { InnerPostView, ParentView, PostCounts, PostView, ShownKind } from '../views.ts'
import { isPostShown } from './hidden.ts'
import type { Fragment, Reader } from './reader.ts'
import { show } from './topics.ts'

/**
 * A post with what its line on a page needs: names and pictures, its parent's first words, counts. Hashes are hex, and
 * what is 0, empty or false for most posts is null then: a value that is there costs the reader more than one that is not.
 */
export interface PostRow {
  username: string
  k: number
  kind: ShownKind
  height: number
  time: number
  sortTime: number
  msg: string
  msg2: string | null
  lastk: number | null
  replyN: string | null
  replyK: number | null
  innerN: string | null
  innerK: number | null
  innerTime: number | null
  innerHeight: number | null
  innerMsg: string | null
  innerMsg2: string | null
  innerReplyN: string | null
  innerReplyK: number | null
  innerContentHash: string | null
  url: string | null
  mimetype: string | null
  lang: string | null
  rivalCount: number | null
  contentHash: string
  fullname: string | null
  avatar: string | null
  innerFullname: string | null
  innerAvatar: string | null
  innerIsHere: true | null
  parentText: string | null
  parentFullname: string | null
  replies: number | null
  retwists: number | null
  favourites: number | null
  innerReplies: number | null
  innerRetwists: number | null
  innerFavourites: number | null
}

/** Direct messages and private favourites never pass, nor what is hidden. */
export function isShown(sql: Reader): Fragment {
  return sql`(${isOpen(sql)} and ${isNotHidden(sql)})`
}

/** Of a kind that everybody can read. */
export function isOpen(sql: Reader): Fragment {
  return sql`p.kind in ('post', 'reply', 'retwist', 'favourite', 'custom')`
}

export function isNotHidden(sql: Reader): Fragment {
  return isPostShown(sql, sql`p.username`, sql`p.k`)
}

/** The columns of PostRow, for a query whose posts are `p` and which ends its FROM with postJoins. */
export function postColumns(sql: Reader): Fragment {
  return sql`
    p.username, p.k, p.kind, p.height, p.time, p.sort_time, p.msg, nullif(p.msg2, '') as msg2, p.lastk, p.reply_n, p.reply_k,
    p.inner_n, p.inner_k, p.inner_time, p.inner_height, p.inner_msg, p.inner_msg2, p.inner_reply_n, p.inner_reply_k,
    encode(p.inner_content_hash, 'hex') as inner_content_hash, p.url, p.mimetype, p.lang, nullif(p.rival_count, 0) as rival_count,
    encode(p.content_hash, 'hex') as content_hash,
    author.fullname, encode(author_picture.content_hash, 'hex') as avatar,
    inner_author.fullname as inner_fullname, encode(inner_picture.content_hash, 'hex') as inner_avatar,
    case when inner_post.k is not null then true end as inner_is_here,
    case when ${parentIsShown(sql)} then coalesce(parent.msg || parent.msg2, parent_message.message) end as parent_text,
    case when parent_user_hidden.username is null then parent_author.fullname end as parent_fullname,
    nullif(own.reply_count, 0) as replies, nullif(own.retwist_count, 0) as retwists,
    nullif(own.favourite_count, 0) as favourites,
    nullif(inner_own.reply_count, 0) as inner_replies, nullif(inner_own.retwist_count, 0) as inner_retwists,
    nullif(inner_own.favourite_count, 0) as inner_favourites`
}

/** A post that embeds something hidden is hidden itself, so what a shown one embeds needs no look. */
export function postJoins(sql: Reader): Fragment {
  return sql`
    left join profile author on author.username = p.username
    left join avatar author_picture on author_picture.username = p.username
    left join userpost_count own on own.username = p.username and own.k = p.k
    left join profile inner_author on inner_author.username = p.inner_n
    left join avatar inner_picture on inner_picture.username = p.inner_n
    left join userpost inner_post on inner_post.username = p.inner_n and inner_post.k = p.inner_k
      and inner_post.kind in ('post', 'reply', 'retwist', 'favourite', 'custom')
    left join userpost_count inner_own on inner_own.username = p.inner_n and inner_own.k = p.inner_k
    left join userpost parent on parent.username = p.reply_n and parent.k = p.reply_k
      and parent.kind in ('post', 'reply', 'retwist', 'favourite', 'custom')
    left join promoted parent_message on p.reply_n = '!' || parent_message.username and parent_message.height = p.reply_k
    left join profile parent_author on parent_author.username = p.reply_n
    left join hidden_user parent_user_hidden on parent_user_hidden.username = ltrim(p.reply_n, '!')
    left join hidden_userpost parent_hidden on parent_hidden.username = p.reply_n and parent_hidden.k = p.reply_k`
}

/** The parent is not hidden: a post, or under "!name" the promoted message of a block. */
function parentIsShown(sql: Reader): Fragment {
  return sql`parent_user_hidden.username is null and parent_hidden.username is null`
}

export function postViewOf(row: PostRow): PostView {
  show.user(row.username)
  show.post(row.username, row.k)
  const inner = innerViewOf(row)
  return {
    n: row.username,
    k: row.k,
    kind: row.kind,
    height: row.height,
    time: row.time,
    msg: row.msg,
    msg2: row.msg2 ?? '',
    lastk: row.lastk ?? undefined,
    reply: parentViewOf(row),
    rt: row.kind === 'favourite' ? undefined : inner,
    fav: row.kind === 'favourite' ? inner : undefined,
    url: row.url ?? undefined,
    mimetype: row.mimetype ?? undefined,
    lang: row.lang ?? undefined,
    contentHash: row.contentHash,
    rivalCount: row.rivalCount ?? 0,
    author: {
      n: row.username,
      fullname: row.fullname || undefined,
      avatar: row.avatar ?? undefined,
    },
    counts: countsView(row.replies, row.retwists, row.favourites),
  }
}

function innerViewOf(row: PostRow): InnerPostView | undefined {
  if (row.innerN === null || row.innerK === null || row.innerContentHash === null) return undefined
  show.user(row.innerN)
  show.post(row.innerN, row.innerK)
  const hasReply = row.innerReplyN !== null && row.innerReplyK !== null
  return {
    n: row.innerN,
    k: row.innerK,
    height: row.innerHeight ?? 0,
    time: row.innerTime ?? 0,
    msg: row.innerMsg ?? '',
    msg2: row.innerMsg2 ?? '',
    reply: hasReply ? { n: row.innerReplyN ?? '', k: row.innerReplyK ?? 0 } : undefined,
    contentHash: row.innerContentHash,
    author: {
      n: row.innerN,
      fullname: row.innerFullname || undefined,
      avatar: row.innerAvatar ?? undefined,
    },
    isHere: row.innerIsHere === true,
    counts: countsView(row.innerReplies, row.innerRetwists, row.innerFavourites),
  }
}

function parentViewOf(row: PostRow): ParentView | undefined {
  if (row.replyN === null || row.replyK === null) return undefined
  // "`n` may be `!user` for a promoted post (then k = block height)" (dht-swarm-posts.md 5.1)
  const isPromoted = row.replyN.startsWith('!')
  show.user(row.replyN)
  show.post(row.replyN, row.replyK)
  return {
    n: isPromoted ? row.replyN.slice(1) : row.replyN,
    k: row.replyK,
    isPromoted,
    isHere: row.parentText !== null,
    fullname: row.parentFullname || undefined,
    text: row.parentText ?? undefined,
  }
}

function countsView(replies: number | null, retwists: number | null, favourites: number | null): PostCounts {
  return { replies: replies ?? 0, retwists: retwists ?? 0, favourites: favourites ?? 0 }
}
