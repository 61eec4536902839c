import { element, type Xml, xmlDocument } from '../xml.ts'
import type { FeedAuthor, FeedItem, PlacedFeed } from './feed.ts'
import { feedTime } from './feed-time.ts'

const ATOM = 'http://www.w3.org/2005/Atom'
/** Atom Threading Extensions (RFC 4685). */
const THREADS = 'http://purl.org/syndication/thread/1.0'

/** RFC 4287, with the paging of RFC 5005, 3. */
export function atomDocument(feed: PlacedFeed): string {
  const at = (path: string) => feed.origin + path
  const link = (rel: string, path: string | undefined, type = 'application/atom+xml') =>
    path === undefined ? undefined : element('link', { rel, type, href: at(path) })
  return xmlDocument(
    element('feed', { xmlns: ATOM, 'xmlns:thr': THREADS, 'xml:lang': feed.language }, [
      element('id', {}, [at(feed.firstPath)]),
      element('title', {}, [feed.title]),
      element('subtitle', {}, [feed.about]),
      element('updated', {}, [feedTime(Math.max(0, ...feed.items.map(({ time }) => time)))]),
      link('alternate', feed.pagePath, 'text/html'),
      link('self', feed.selfPath),
      link('first', feed.firstPath),
      link('next', feed.nextPath),
      link('previous', feed.prevPath),
      element('icon', {}, [at('/icon.svg')]),
      element('generator', {}, ['Windsock']),
      // "atom:feed elements MUST contain one or more atom:author elements, unless all of the entries contain one" (4.1.1)
      feed.author === undefined ? undefined : author(feed.author, feed.origin),
      ...feed.items.map((item) => entry(item, feed.origin)),
    ]),
  )
}

function entry(item: FeedItem, origin: string): Xml {
  const address = origin + item.path
  const answered = item.answersPath === undefined ? undefined : origin + item.answersPath
  return element('entry', {}, [
    element('id', {}, [address]),
    element('title', {}, [item.title]),
    element('link', { rel: 'alternate', type: 'text/html', href: address }),
    answered === undefined
      ? undefined
      : element('thr:in-reply-to', { ref: answered, href: answered, type: 'text/html' }),
    author(item.author, origin),
    element('published', {}, [feedTime(item.time)]),
    element('updated', {}, [feedTime(item.time)]),
    ...item.tags.map((tag) => element('category', { term: tag, label: `#${tag}` })),
    element('content', { type: 'html' }, [item.html]),
  ])
}

function author({ name, path }: FeedAuthor, origin: string): Xml {
  return element('author', {}, [element('name', {}, [name]), element('uri', {}, [origin + path])])
}
