import type { ListOrder, Page, PageRequest } from '../../../db/page.ts'
import { cursorOfText } from '../../../db/queries/cursor.ts'
import { MENTIONS_OF_USER, mentionsOfUser } from '../../../db/queries/mentions-of-user.ts'
import { NEWEST_POSTS, newestPosts } from '../../../db/queries/newest-posts.ts'
import { POSTS_BY_HASHTAG, postsByHashtag } from '../../../db/queries/posts-by-hashtag.ts'
import { POSTS_OF_USER, postsOfUser } from '../../../db/queries/posts-of-user.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { SEARCH_NEWEST, searchNewest } from '../../../db/queries/search-posts.ts'
import { parseSearchQuery } from '../../../db/queries/search-query.ts'
import { threadOf } from '../../../db/queries/thread.ts'
import { userByName } from '../../../db/queries/user.ts'
import type { PersonView, PostView, ShownKind, ThreadNode, UserView } from '../../../db/views.ts'
import { parseUsernames } from '../../_lib/params.ts'
import { words } from '../../_words/words.ts'
import { personName } from '../person-name.ts'
import type { Feed } from './feed.ts'
import type { FeedSubject, UserList } from './feed-subject.ts'
import { feedAuthor, feedItemOf } from './post-item.tsx'

/** Posts in one part of a feed. */
const FEED_LIMIT = 40

/** Why there is no feed. */
export type NoFeed = 'not-found' | 'bad-address'

export interface FeedWish {
  subject: FeedSubject
  query: URLSearchParams
  origin: string
}

/** The part of a list that the address asks for. Whether its subject is hidden was asked before. */
export function readFeed(sql: Reader, wish: FeedWish): Promise<Feed | NoFeed> {
  const { subject } = wish
  switch (subject.kind) {
    case 'front':
      return frontFeed(sql, wish)
    case 'user':
      return userFeed(sql, wish, subject.username, subject.list)
    case 'thread':
      return threadFeed(sql, wish, subject.username, subject.k)
    case 'hashtag':
      return listFeed(sql, wish, POSTS_BY_HASHTAG, {
        pagePath: `/hashtag/${encodeURIComponent(subject.tag)}`,
        title: words('feed.hashtag', { tag: `#${subject.tag}` }),
        read: (request) => postsByHashtag(sql, subject.tag, request),
      })
    case 'search':
      return searchFeed(sql, wish)
  }
}

interface ListFeed {
  pagePath: string
  title: string
  author?: PersonView
  read(request: PageRequest): Promise<Page<PostView>>
}

async function listFeed(sql: Reader, wish: FeedWish, order: ListOrder, list: ListFeed): Promise<Feed | NoFeed> {
  const text = wish.query.get('cursor') ?? ''
  const cursor = text === '' ? undefined : await cursorOfText(sql, order, text)
  if (text !== '' && cursor === undefined) return 'bad-address'
  const page = await list.read({ limit: FEED_LIMIT, cursor })
  return {
    title: list.title,
    pagePath: list.pagePath,
    items: page.items.map((post) => feedItemOf(post, wish.origin)),
    next: page.next,
    prev: page.prev,
    author: list.author && feedAuthor(list.author),
  }
}

async function frontFeed(sql: Reader, wish: FeedWish): Promise<Feed | NoFeed> {
  const text = wish.query.get('users') ?? ''
  const users = text === '' ? [] : parseUsernames(text)
  if (users === undefined) return 'bad-address'
  const names = users.map((name) => `@${name}`).join(', ')
  return listFeed(sql, wish, NEWEST_POSTS, {
    pagePath: users.length === 0 ? '/' : `/?users=${users.join(',')}`,
    title: users.length === 0 ? words('feed.front') : words('feed.users', { names }),
    read: (request) => newestPosts(sql, users, request),
  })
}

const KINDS: Readonly<Record<Exclude<UserList, 'mentions'>, ShownKind | undefined>> = {
  all: undefined,
  posts: 'post',
  replies: 'reply',
  retwists: 'retwist',
  favourites: 'favourite',
}

async function userFeed(sql: Reader, wish: FeedWish, username: string, list: UserList): Promise<Feed | NoFeed> {
  const user = await userByName(sql, username)
  if (user === undefined) return 'not-found'
  const person = personOf(user)
  const title = words(`feed.${list}`, { name: personName(person) })
  const pagePath = list === 'all' ? `/@${username}` : `/@${username}/${list}`
  if (list === 'mentions') {
    const read = (request: PageRequest) => mentionsOfUser(sql, username, request)
    return listFeed(sql, wish, MENTIONS_OF_USER, { pagePath, title, read })
  }
  const read = (request: PageRequest) => postsOfUser(sql, username, KINDS[list], request)
  return listFeed(sql, wish, POSTS_OF_USER, { pagePath, title, author: person, read })
}

function personOf(user: UserView): PersonView {
  return { n: user.n, fullname: user.profile?.fullname, avatar: user.avatar }
}

/** A post and what was answered below it, the newest first, as many as a feed holds. */
async function threadFeed(sql: Reader, wish: FeedWish, username: string, k: number): Promise<Feed | NoFeed> {
  const thread = await threadOf(sql, username, k)
  if (thread.post === undefined && thread.replyCount === 0) return 'not-found'
  const posts: PostView[] = thread.post === undefined ? [] : [thread.post]
  const nodes: ThreadNode[] = [...thread.replies]
  for (const node of nodes) {
    posts.push(node.post)
    nodes.push(...node.replies)
  }
  const newest = posts.toSorted((a, b) => b.time - a.time).slice(0, FEED_LIMIT)
  const name = thread.post === undefined ? `@${username}` : personName(thread.post.author)
  return {
    title: words('feed.thread', { k, name }),
    pagePath: `/@${username}/${k}`,
    items: newest.map((post) => feedItemOf(post, wish.origin)),
  }
}

function searchFeed(sql: Reader, wish: FeedWish): Promise<Feed | NoFeed> {
  const text = wish.query.get('q') ?? ''
  const query = parseSearchQuery(text)
  return listFeed(sql, wish, SEARCH_NEWEST, {
    pagePath: text === '' ? '/search' : `/search?${new URLSearchParams({ q: text })}`,
    title: text === '' ? words('feed.searchNothing') : words('feed.search', { query: text }),
    read: async (request) => (text.trim() === '' ? { items: [] } : searchNewest(sql, query, request)),
  })
}
