import { afterAll, expect, test } from 'vitest'
import { openReader } from '../../db/queries/reader.ts'
import { createShare } from './share.ts'

/** Nothing is asked of it. */
const reader = openReader('postgres://nobody@127.0.0.1:1/nothing')
const share = createShare({ reader, painter: () => new Uint8Array(), embedStylesheetPath: '/embed.css' })

afterAll(() => reader.end())

function keyOf(address: string): string | undefined {
  const { pathname, searchParams } = new URL(address, 'http://site.invalid')
  return share.find(pathname, searchParams, '')?.key
}

const HASH = '0'.repeat(24)

test.each([
  ['/oembed?url=x', '/oembed?format=&maxwidth=&nonsense=1&url=x&url=y'],
  ['/embed/@alice', '/embed/@alice?theme=pink&x=1'],
  ['/index.atom?users=a&cursor=c', '/index.atom?q=1&cursor=c&users=a'],
  ['/@alice.rss', '/@alice.rss?users=bob&q=1&cursor='],
  [`/card/alice/5/${HASH}.png`, `/card/%61lice/5/${HASH}.png?x=1`],
  ['/opensearch.xml', '/opensearch.xml?lang=pt'],
])('%s and %s are one thing', (address, other) => {
  expect(keyOf(other)).toBe(keyOf(address))
  expect(keyOf(address)).toBeDefined()
})

test.each([
  ['/oembed?url=x', '/oembed?url=x&format=xml'],
  ['/embed/@alice', '/embed/@alice?theme=dark'],
  ['/index.atom?users=a', '/index.atom?users=b'],
  ['/search.atom?q=a', '/search.atom?q=a&cursor=b'],
  ['/search.atom?q=a%26cursor%3Db', '/search.atom?q=a&cursor=b'],
  [`/card/alice/5/${HASH}.png`, `/card/alice%2F5/x/${HASH}.png`],
])('%s and %s are two', (address, other) => {
  expect(keyOf(other)).not.toBe(keyOf(address))
})
