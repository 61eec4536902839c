import { expect, test } from 'vitest'
import { parseSitemapPath, type SitemapPart, sitemapPath } from './sitemap-path.ts'
import { sitemapXml } from './sitemap-xml.ts'

test('each file has an address that leads back to it', () => {
  const parts: SitemapPart[] = [
    { kind: 'index' },
    { kind: 'pages' },
    { kind: 'hashtags' },
    { kind: 'users', from: 'a', to: 'zz_9' },
    { kind: 'posts', from: 'alice', to: 'bob' },
    { kind: 'numbers', username: 'alice', k: 50_000 },
  ]
  for (const part of parts) expect(parseSitemapPath(sitemapPath(part))).toEqual(part)
  for (const path of [
    '/sitemap',
    '/sitemap/x.xml',
    '/sitemap/users/A-b.xml',
    '/sitemap/posts/@alice--1.xml',
    '/sitemap/users/a-b-c.xml',
  ]) {
    expect(parseSitemapPath(path)).toBeUndefined()
  }
})

test('entries are written with whole addresses, and times where a calendar has them', () => {
  const entries = [
    { path: '/@alice', lastTime: 0 },
    { path: "/hashtag/a%26b'", lastTime: 1e15 },
    ...Array.from({ length: 600 }, (_, at) => ({ path: `/@alice/${at}` })),
  ]
  const xml = [...sitemapXml('urlset', 'https://site.example', entries)].join('')
  expect(xml).toContain('<url><loc>https://site.example/@alice</loc><lastmod>1970-01-01T00:00:00Z</lastmod></url>')
  expect(xml).toContain("<url><loc>https://site.example/hashtag/a%26b'</loc></url>")
  expect(xml.match(/<url>/g)).toHaveLength(602)
  expect(xml).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>\n<urlset xmlns="[^"]+"><url>.*<\/urlset>\n$/s)
})
