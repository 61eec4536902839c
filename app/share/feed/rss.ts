import { element, type Xml, xmlDocument } from '../xml.ts'
import type { FeedItem, PlacedFeed } from './feed.ts'
import { rssTime } from './feed-time.ts'

const NAMESPACES = {
  'xmlns:atom': 'http://www.w3.org/2005/Atom',
  'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
}

/** RSS 2.0 by the advice of its Advisory Board: an address of its own, and authors without mail addresses. */
export function rssDocument(feed: PlacedFeed): string {
  const at = (path: string) => feed.origin + path
  const link = (rel: string, path: string | undefined) =>
    path === undefined ? undefined : element('atom:link', { rel, type: 'application/rss+xml', href: at(path) })
  // "The URL of a GIF, JPEG or PNG": what is drawn from a name is none.
  const own = feed.author?.picturePath
  const picture = own === undefined || own.endsWith('.svg') ? '/icon-192.png' : own
  return xmlDocument(
    element('rss', { version: '2.0', ...NAMESPACES }, [
      element('channel', {}, [
        element('title', {}, [plainTitle(feed.title)]),
        element('link', {}, [at(feed.pagePath)]),
        element('description', {}, [feed.about]),
        element('language', {}, [feed.language]),
        element('generator', {}, ['Windsock']),
        element('image', {}, [
          element('url', {}, [at(picture)]),
          element('title', {}, [plainTitle(feed.title)]),
          element('link', {}, [at(feed.pagePath)]),
        ]),
        link('self', feed.selfPath),
        link('first', feed.firstPath),
        link('next', feed.nextPath),
        link('previous', feed.prevPath),
        ...feed.items.map((item) => itemElement(item, feed.origin)),
      ]),
    ]),
  )
}

function itemElement(item: FeedItem, origin: string): Xml {
  const address = origin + item.path
  return element('item', {}, [
    element('title', {}, [plainTitle(item.title)]),
    element('link', {}, [address]),
    element('guid', { isPermaLink: 'true' }, [address]),
    element('pubDate', {}, [rssTime(item.time)]),
    element('dc:creator', {}, [plainTitle(item.author.name)]),
    ...item.tags.map((tag) => element('category', {}, [tag])),
    element('description', {}, [item.html]),
  ])
}

/** RSS does not say whether its titles are text or HTML, and readers differ: what would be a tag in one of them is none. */
function plainTitle(title: string): string {
  return title.replaceAll('<', '‹').replaceAll('>', '›')
}
