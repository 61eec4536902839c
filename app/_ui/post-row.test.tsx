import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { InnerPostView, PostView } from '../../db/views.ts'
import { PostRow } from './post-row.tsx'

const NOW = 1_400_000_000
const NONE = { replies: 0, retwists: 0, favourites: 0 }

function post(fields: Partial<PostView>): PostView {
  const text = { msg: '', msg2: '', contentHash: '', rivalCount: 0 }
  const author = { n: 'alice', fullname: 'Alice Moreau' }
  return { n: 'alice', k: 42, kind: 'post', height: 1, time: NOW - 2280, author, counts: NONE, ...text, ...fields }
}

const ORIGINAL: InnerPostView = {
  ...{ n: 'bob', k: 7, height: 1, time: NOW - 9000, msg: 'the original', msg2: '', contentHash: '' },
  author: { n: 'bob' },
  isHere: true,
  counts: { replies: 1, retwists: 0, favourites: 0 },
}

function html(fields: Partial<PostView>): string {
  return renderToStaticMarkup(<PostRow post={post(fields)} now={NOW} />)
}

test('a post can be read by machines: who, when, what, where', () => {
  const found = html({ msg: 'wind', lang: 'en' })
  expect(found).toContain(
    '<article class="post h-entry" itemScope="" itemType="https://schema.org/SocialMediaPosting">',
  )
  expect(found).toMatch(/<a class="by p-author h-card" href="\/@alice" [^>]*itemType="https:\/\/schema.org\/Person">/)
  expect(found).toContain('<b class="p-name" dir="auto" itemProp="name">Alice Moreau</b>')
  expect(found).toMatch(
    /<a class="when u-url" href="\/@alice\/42" itemProp="url"><time class="dt-published" itemProp="datePublished" dateTime="[^"]+Z" [^>]*>38 min</,
  )
  expect(found).toContain('<div class="text e-content" dir="auto" lang="en" itemProp="text">wind</div>')
})

test('counts are shown where there is something to count, and read as words', () => {
  expect(html({ msg: 'wind' })).not.toContain('counts')
  const found = html({ msg: 'wind', counts: { replies: 1200, retwists: 0, favourites: 1 } })
  expect(found).toMatch(/<span role="img" title="1\u202f200 replies"><svg.*<\/svg>1\u202f200<\/span>/)
  expect(found).toContain('title="1 favourite"')
  expect(found).not.toContain('retwist')
})

test('a bare retwist is the row of the original, below who retwisted it', () => {
  const found = html({ kind: 'retwist', rt: ORIGINAL })
  expect(found).toMatch(
    /<p class="context">.*Alice Moreau<\/bdi><\/a> retwisted · <a class="u-url" href="\/@alice\/42">/,
  )
  expect(found).toContain('<div class="row u-repost-of h-cite"')
  expect(found).toContain('href="/@bob/7"')
  expect(found).not.toContain('blockquote')
})

test('a retwist with words holds the original as a quotation', () => {
  const found = html({ kind: 'retwist', msg: 'exactly', rt: ORIGINAL })
  expect(found).not.toContain('retwisted')
  expect(found).toMatch(/exactly<\/div><blockquote class="quote u-quotation-of h-cite" itemProp="sharedContent"/)
})

test('what is answered stands in one line, as much of it as a line holds', () => {
  const reply = { n: 'bob', k: 7, isPromoted: false, isHere: true, fullname: 'Bob', text: `a\nb ${'c'.repeat(2000)}` }
  const found = html({ kind: 'reply', msg: 'no', reply })
  expect(found).toContain('<a class="chip u-in-reply-to" href="/@bob/7">')
  expect(found).toMatch(/In reply to <b dir="auto">Bob<\/b> · <bdi>a b c{96}…<\/bdi>/)
  expect(html({ kind: 'reply', reply: { n: 'bob', k: 7, isPromoted: false, isHere: false } })).toMatch(
    /<b dir="auto">@bob<\/b> · post 7, not seen here/,
  )
  const message = html({ kind: 'reply', reply: { n: 'bob', k: 5, isPromoted: true, isHere: true, text: 'ad' } })
  expect(message).toMatch(/href="\/block\/5".*In reply to a promoted message of <b dir="auto">@bob<\/b> · <bdi>ad</)
})

test('two posts with one number are said to be two', () => {
  expect(html({ msg: 'one', rivalCount: 1 })).toContain('signed 2 different posts with the number 42')
})
