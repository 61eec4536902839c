import { expect, test } from 'vitest'
import { FEED_FORMATS, feedAddress, parseFeedAddress } from './feed-address.ts'

test('a feed stands beside its page, under an address that leads back', () => {
  expect(feedAddress('/', 'atom')).toBe('/index.atom')
  expect(feedAddress('/?users=a,b', 'rss')).toBe('/index.rss?users=a,b')
  expect(feedAddress('/search?q=a+b', 'feed.json')).toBe('/search.feed.json?q=a+b')
  for (const format of FEED_FORMATS) {
    for (const path of ['/', '/@alice', '/@alice/56', '/hashtag/%E9%A2%A8']) {
      expect(parseFeedAddress(feedAddress(path, format))).toEqual({ format, pagePath: path })
    }
  }
})

test('pages and their JSON are no feeds', () => {
  for (const path of ['/', '/@alice', '/@alice.json', '/index.json', '/atom', '/hashtag/rss']) {
    expect(parseFeedAddress(path)).toBeUndefined()
  }
})
