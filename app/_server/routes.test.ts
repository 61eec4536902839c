import fc from 'fast-check'
import { expect, test } from 'vitest'
import { routePage } from './routes.ts'

function route(target: string) {
  const url = new URL(target, 'http://site.invalid')
  return routePage(url.pathname, url.searchParams)
}

test('the addresses of users and posts lead to their pages', () => {
  expect(route('/')).toEqual({ kind: 'page', path: '/' })
  expect(route('/@alice')).toEqual({ kind: 'page', path: '/user/alice' })
  expect(route('/@alice/replies')).toEqual({ kind: 'page', path: '/user/alice/replies' })
  expect(route('/@alice/12')).toEqual({ kind: 'page', path: '/post/alice/12' })
  expect(route('/@alice/12?order=newest&cursor=c')).toEqual({ kind: 'page', path: '/post/alice/12?order=newest' })
  expect(route('/@alice/12/retwists?cursor=c')).toEqual({ kind: 'page', path: '/post/alice/12/retwists?cursor=c' })
  expect(route('/@alice/12/read?cursor=c')).toEqual({ kind: 'page', path: '/post/alice/12/read' })
  expect(route('/hashtag/%E9%A2%A8')).toEqual({ kind: 'page', path: '/hashtag/%E9%A2%A8' })
  expect(route('/block/12')).toEqual({ kind: 'page', path: '/block/12' })
  expect(route('/twist/AQAAAAMAAAA%3D')).toEqual({ kind: 'page', path: '/twist/AQAAAAMAAAA%3D' })
})

test('the addresses of other gateways and other spellings lead to the one address of a page', () => {
  expect(route('/user/Alice')).toEqual({ kind: 'redirect', location: '/@alice' })
  expect(route('/post/alice/3')).toEqual({ kind: 'redirect', location: '/@alice/3' })
  expect(route('/@Alice/3')).toEqual({ kind: 'redirect', location: '/@alice/3' })
  expect(route('/@Alice/3/read')).toEqual({ kind: 'redirect', location: '/@alice/3/read' })
  expect(route('/@alice/')).toEqual({ kind: 'redirect', location: '/@alice' })
  expect(route('/%40alice')).toEqual({ kind: 'redirect', location: '/@alice' })
  expect(route('/hashtag/Twister')).toEqual({ kind: 'redirect', location: '/hashtag/twister' })
  expect(route('/names/')).toEqual({ kind: 'redirect', location: '/names' })
  expect(route('/.//names')).toEqual({ kind: 'redirect', location: '/names' })
  expect(route('/hashtag//wind?view=top&x=1')).toEqual({ kind: 'redirect', location: '/hashtag/wind?view=top' })
  expect(route('/hashtag/%e9%a2%a8')).toEqual({ kind: 'redirect', location: '/hashtag/%E9%A2%A8' })
  expect(route('/%6eames')).toEqual({ kind: 'redirect', location: '/names' })
  expect(route('/twist/AQAAAAMAAAA=')).toEqual({ kind: 'redirect', location: '/twist/AQAAAAMAAAA%3D' })
})

test('what is no page is not found, and what cannot be read is said to be so', () => {
  for (const target of [
    '/@',
    '/@way_too_long_for_a_name',
    '/@al-ice',
    '/@alice/x',
    '/@alice/1/2',
    '/@alice/x/read',
    '/@alice/1/read/2',
    '/@alice/01',
  ]) {
    expect(route(target).kind, target).toBe('not-found')
  }
  for (const target of ['/nope', '/block/x', '/block/-1', '/hashtag', '/hashtag/a/b', '/api2', '/post/alice']) {
    expect(route(target).kind, target).toBe('not-found')
  }
  expect(route('/%ff').kind).toBe('bad-path')
})

test('only known parameters reach a page, in one order', () => {
  expect(route('/?x=1&sort=a&cursor=c&utm=2&users=b')).toEqual({ kind: 'page', path: '/?users=b&cursor=c' })
  expect(route('/names?prefix=a&sort=b')).toEqual({ kind: 'page', path: '/names?sort=b&prefix=a' })
  expect(route('/status?cursor=c')).toEqual({ kind: 'page', path: '/status' })
  expect(route('/user/Alice?cursor=c&x=1')).toEqual({ kind: 'redirect', location: '/@alice?cursor=c' })
  expect(route('/names?cursor=')).toEqual({ kind: 'page', path: '/names' })
})

test('a sent search form leads to the one address of its query', () => {
  expect(route('/search?q=wind&old=&from=@alice&since=&type=people&cursor=c')).toEqual({
    kind: 'redirect',
    location: '/search?q=wind+from%3Aalice&type=people',
  })
  expect(route('/search?q=&from=&lang=')).toEqual({ kind: 'redirect', location: '/search' })
  expect(route('/search?q=wind&old=x')).toEqual({ kind: 'page', path: '/search?q=wind' })
})

test('no redirect leaves this site and none leads to another redirect', () => {
  fc.assert(
    fc.property(fc.webPath(), (path) => {
      const found = routePage(path, new URLSearchParams())
      if (found.kind !== 'redirect') return
      expect(found.location).toMatch(/^\/($|[^/\\])/)
      expect(route(found.location).kind).not.toBe('redirect')
    }),
  )
})
