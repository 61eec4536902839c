import { isoTime } from '../../_lib/format.ts'
import { xmlText } from '../xml.ts'

/** A line of a sitemap; `path` is as an address has it. */
export interface SitemapEntry {
  path: string
  /** Unix seconds. */
  lastTime?: number
}

type Root = 'urlset' | 'sitemapindex'

const HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9'
const ENTRIES_AT_ONCE = 500

/** The document in pieces, so that nobody holds the whole of it. */
export function* sitemapXml(root: Root, origin: string, entries: readonly SitemapEntry[]): Generator<string> {
  const name = root === 'urlset' ? 'url' : 'sitemap'
  yield `${HEAD}<${root} xmlns="${NAMESPACE}">`
  for (let at = 0; at < entries.length; at += ENTRIES_AT_ONCE) {
    yield entries
      .slice(at, at + ENTRIES_AT_ONCE)
      .map((entry) => entryXml(name, origin, entry))
      .join('')
  }
  yield `</${root}>\n`
}

function entryXml(name: string, origin: string, { path, lastTime }: SitemapEntry): string {
  const time = isoTime(lastTime)
  const lastmod = time === undefined ? '' : `<lastmod>${time}</lastmod>`
  return `<${name}><loc>${xmlText(origin + path)}</loc>${lastmod}</${name}>`
}
