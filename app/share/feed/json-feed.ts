import type { FeedAuthor, FeedItem, PlacedFeed } from './feed.ts'
import { feedTime } from './feed-time.ts'

/** JSON Feed 1.1. Its items have no titles: "title is optional, for microblogs in particular". */
export function jsonFeedDocument(feed: PlacedFeed): string {
  const at = (path: string) => feed.origin + path
  const author = ({ name, path, picturePath }: FeedAuthor) => ({ name, url: at(path), avatar: at(picturePath) })
  const item = (one: FeedItem) => ({
    id: at(one.path),
    url: at(one.path),
    content_html: one.html,
    date_published: feedTime(one.time),
    authors: [author(one.author)],
    tags: one.tags.length === 0 ? undefined : one.tags,
  })
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title,
    home_page_url: at(feed.pagePath),
    feed_url: at(feed.selfPath),
    description: feed.about,
    next_url: feed.nextPath === undefined ? undefined : at(feed.nextPath),
    icon: at('/icon-512.png'),
    favicon: at('/icon-192.png'),
    authors: feed.author === undefined ? undefined : [author(feed.author)],
    language: feed.language,
    items: feed.items.map(item),
  })
}
