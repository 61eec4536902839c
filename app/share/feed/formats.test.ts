import { expect, test } from 'vitest'
import { atomDocument } from './atom.ts'
import type { PlacedFeed } from './feed.ts'
import { jsonFeedDocument } from './json-feed.ts'
import { rssDocument } from './rss.ts'

const author = { name: 'A <b>', path: '/@a', picturePath: '/identicon/a.svg' }
const feed: PlacedFeed = {
  title: 'T & <i>',
  pagePath: '/@a?x=1&y=2',
  items: [
    { path: '/@a/2', title: '<u>', html: '<p>&amp;</p>', time: 1e18, author, tags: ['"t"'], answersPath: '/@b/1' },
    { path: '/@a/1', title: 'one', html: '<p>]]></p>', time: 86_400, author, tags: [] },
  ],
  author,
  origin: 'https://s.example',
  language: 'ar',
  selfPath: '/@a.atom?cursor=x',
  firstPath: '/@a.atom',
  nextPath: '/@a.atom?cursor=y',
  about: 'about',
}

test('Atom names each post by its address, and says what it answers', () => {
  const xml = atomDocument(feed)
  expect(xml).toContain('<id>https://s.example/@a.atom</id><title>T &amp; &lt;i&gt;</title>')
  expect(xml).toContain('<link rel="next" type="application/atom+xml" href="https://s.example/@a.atom?cursor=y"/>')
  expect(xml).not.toContain('rel="previous"')
  expect(xml).toContain(
    '<thr:in-reply-to ref="https://s.example/@b/1" href="https://s.example/@b/1" type="text/html"/>',
  )
  expect(xml).toContain('<category term="&quot;t&quot;" label="#&quot;t&quot;"/>')
  expect(xml).toContain('<content type="html">&lt;p&gt;&amp;amp;&lt;/p&gt;</content>')
})

test('a time that no calendar has is the beginning of all times', () => {
  expect(atomDocument(feed)).toContain('<published>1970-01-01T00:00:00Z</published>')
  expect(rssDocument(feed)).toContain('<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>')
  expect(rssDocument(feed)).toContain('<pubDate>Fri, 02 Jan 1970 00:00:00 GMT</pubDate>')
})

test('titles of RSS are text to readers who take them for HTML, too', () => {
  expect(rssDocument(feed)).toContain('<title>‹u›</title>')
  expect(rssDocument(feed)).toContain('<dc:creator>A ‹b›</dc:creator>')
  expect(rssDocument(feed)).toContain('<url>https://s.example/icon-192.png</url>')
})

test('JSON Feed has whole addresses', () => {
  expect(JSON.parse(jsonFeedDocument(feed))).toMatchObject({
    home_page_url: 'https://s.example/@a?x=1&y=2',
    feed_url: 'https://s.example/@a.atom?cursor=x',
    next_url: 'https://s.example/@a.atom?cursor=y',
    authors: [{ name: 'A <b>', url: 'https://s.example/@a' }],
    items: [{ id: 'https://s.example/@a/2', tags: ['"t"'] }, { id: 'https://s.example/@a/1' }],
  })
})
