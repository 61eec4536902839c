import { expect, test } from 'vitest'
import { keepLanguage, parseSpokenAddress } from './spoken-address.ts'

test('a language in the address goes before the one that the browser likes', () => {
  expect(parseSpokenAddress('/pt/@alice', 'de')).toEqual({ language: 'pt', prefix: '/pt', pathname: '/@alice' })
  expect(parseSpokenAddress('/ar', undefined)).toEqual({ language: 'ar', prefix: '/ar', pathname: '/' })
  expect(parseSpokenAddress('/ar/', undefined)).toEqual({ language: 'ar', prefix: '/ar', pathname: '/' })
  expect(parseSpokenAddress('/names', 'de-AT, en;q=0.5')).toEqual({ language: 'de', prefix: '', pathname: '/names' })
  expect(parseSpokenAddress('/xx/@alice', 'tlh')).toEqual({ language: 'en', prefix: '', pathname: '/xx/@alice' })
})

test('the links of a page keep its language, and no others are touched', () => {
  const kept = (href: string) => keepLanguage(`<a class="x" href="${href}" dir="auto">`, '/pt')
  expect(kept('/@alice/5')).toBe('<a class="x" href="/pt/@alice/5" dir="auto">')
  expect(kept('/')).toBe('<a class="x" href="/pt" dir="auto">')
  expect(kept('/names?sort=new')).toBe('<a class="x" href="/pt/names?sort=new" dir="auto">')
  expect(kept('/hashtag/node.js?x=.y')).toBe('<a class="x" href="/pt/hashtag/node.js?x=.y" dir="auto">')
  expect(kept('/api')).toBe('<a class="x" href="/pt/api" dir="auto">')
  expect(kept('/@alice.atom')).toBe('<a class="x" href="/pt/@alice.atom" dir="auto">')
  expect(kept('/index.feed.json')).toBe('<a class="x" href="/pt/index.feed.json" dir="auto">')
  expect(keepLanguage('<link rel="alternate" href="/@a.rss">', '/pt')).toBe('<link rel="alternate" href="/pt/@a.rss">')
  for (const href of [
    '/api/v1/users/alice',
    '/@alice.json',
    '/site-0.css',
    '/avatar/a/b',
    '#main',
    'https://example.org/',
    '//x/',
  ]) {
    expect(kept(href)).toBe(`<a class="x" href="${href}" dir="auto">`)
  }
  expect(keepLanguage('<a hrefLang="de" href="/de/names">', '/pt')).toBe('<a hrefLang="de" href="/de/names">')
  expect(keepLanguage('<form class="find" action="/search">', '/pt')).toBe('<form class="find" action="/pt/search">')
  expect(keepLanguage('<p>&lt;a href=&quot;/x&quot;</p>', '/pt')).toBe('<p>&lt;a href=&quot;/x&quot;</p>')
})
