import type { Reader } from '../../../db/queries/reader.ts'
import {
  SITEMAP_ENTRIES,
  type SitemapPost,
  sitemapHashtags,
  sitemapOfPosts,
  sitemapOfProlific,
  sitemapOfUsers,
  sitemapPosts,
  sitemapPostsOf,
  sitemapUsers,
} from '../../../db/queries/sitemap.ts'
import { type SitemapPart, sitemapPath } from './sitemap-path.ts'
import type { SitemapEntry } from './sitemap-xml.ts'

const PAGES = ['/', '/trends', '/names', '/search', '/promoted', '/stats', '/chain', '/status', '/about', '/api']
const MORE_PAGES = ['/privacy', '/takedown', '/transparency']

/** What a file of the sitemap lists: at most so many as one may hold. */
export async function readSitemap(sql: Reader, part: SitemapPart): Promise<SitemapEntry[]> {
  switch (part.kind) {
    case 'index':
      return files(sql)
    case 'pages':
      return [...PAGES, ...MORE_PAGES].map((path) => ({ path }))
    case 'hashtags':
      return (await sitemapHashtags(sql)).map(({ tag, lastTime }) => ({
        path: `/hashtag/${encodeURIComponent(tag)}`,
        lastTime,
      }))
    case 'users':
      return (await sitemapUsers(sql, part.from, part.to)).map(({ username, lastTime }) => ({
        path: `/@${username}`,
        lastTime,
      }))
    case 'posts':
      return (await sitemapPosts(sql, part.from, part.to)).map(postEntry)
    case 'numbers':
      return (await sitemapPostsOf(sql, part.username, part.k)).map(postEntry)
  }
}

function postEntry({ username, k, sortTime }: SitemapPost): SitemapEntry {
  return { path: `/@${username}/${k}`, lastTime: sortTime }
}

async function files(sql: Reader): Promise<SitemapEntry[]> {
  const [users, posts, prolific] = await Promise.all([sitemapOfUsers(sql), sitemapOfPosts(sql), sitemapOfProlific(sql)])
  const entry = (part: SitemapPart, lastTime?: number): SitemapEntry => ({ path: sitemapPath(part), lastTime })
  const numbers = prolific.flatMap(({ username, knownK, lastTime }) =>
    Array.from({ length: Math.floor(knownK / SITEMAP_ENTRIES) + 1 }, (_, at) =>
      entry({ kind: 'numbers', username, k: at * SITEMAP_ENTRIES }, lastTime),
    ),
  )
  const list = [
    entry({ kind: 'pages' }),
    ...users.map(({ from, to, lastTime }) => entry({ kind: 'users', from, to }, lastTime)),
    ...posts.map(({ from, to, lastTime }) => entry({ kind: 'posts', from, to }, lastTime)),
    ...numbers,
    entry({ kind: 'hashtags' }),
  ]
  return list.slice(0, SITEMAP_ENTRIES)
}
