import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonAddress, pageOfJsonAddress, routeJson } from './json-route.ts'

function route(address: string) {
  const { pathname, searchParams } = new URL(address, 'http://site.invalid')
  const page = pageOfJsonAddress(pathname)
  return page === undefined ? undefined : routeJson(page, searchParams)
}

test.each([
  ['/index.json', '/api/v1/posts'],
  ['/index.json?users=alice,bob', '/api/v1/posts?users=alice%2Cbob'],
  ['/@alice.json', '/api/v1/users/alice'],
  ['/@alice/posts.json', '/api/v1/users/alice/posts?kind=post'],
  ['/@alice/replies.json?cursor=x&limit=3', '/api/v1/users/alice/posts?cursor=x&limit=3&kind=reply'],
  ['/@alice/retwists.json', '/api/v1/users/alice/posts?kind=retwist'],
  ['/@alice/favourites.json?kind=post', '/api/v1/users/alice/posts?kind=favourite'],
  ['/@alice/mentions.json', '/api/v1/users/alice/mentions'],
  ['/@alice/following.json', '/api/v1/users/alice/following'],
  ['/@alice/followers.json', '/api/v1/users/alice/followers'],
  ['/@alice/5.json', '/api/v1/posts/alice/5'],
  ['/@alice/5/thread.json', '/api/v1/posts/alice/5/thread'],
  ['/@alice/5.json?order=newest', '/api/v1/posts/alice/5'],
  ['/@alice/5/retwists.json?limit=3', '/api/v1/posts/alice/5/retwists?limit=3'],
  ['/@alice/5/favourites.json', '/api/v1/posts/alice/5/favourites'],
  ['/hashtag/x.json', '/api/v1/hashtags/x'],
  ['/hashtag/%E9%A2%A8.json', '/api/v1/hashtags/%E9%A2%A8'],
  ['/block/12.json', '/api/v1/blocks/12'],
  ['/twist/AQAAAAMAAAA%3D.json', '/api/v1/twist/AQAAAAMAAAA%3D'],
  ['/search.json?q=wind', '/api/v1/search?q=wind'],
  ['/trends.json?at=5', '/api/v1/trends?at=5'],
  ['/names.json', '/api/v1/users?sort=active'],
  ['/names.json?prefix=a', '/api/v1/names?prefix=a&sort=a-z'],
  ['/names.json?sort=newest', '/api/v1/names?sort=newest'],
  ['/names.json?sort=followed', '/api/v1/users?sort=followed'],
  ['/promoted.json', '/api/v1/promoted'],
  ['/follows.json', '/api/v1/follows'],
  ['/status.json', '/api/v1/status'],
  ['/chain.json', '/api/v1/chain'],
  ['/transparency.json', '/api/v1/transparency'],
])('%s is answered by %s', (address, path) => {
  expect(route(address)).toEqual({ kind: 'call', path })
})

test('another spelling leads to the one address, in JSON as well', () => {
  expect(route('/@Alice.json')).toEqual({ kind: 'redirect', location: '/@alice.json' })
  expect(route('/@Alice/5/thread.json')).toEqual({ kind: 'redirect', location: '/@alice/5/thread.json' })
  expect(route('/user/alice/replies.json?limit=2')).toEqual({
    kind: 'redirect',
    location: '/@alice/replies.json?limit=2',
  })
})

test('what has no page has no JSON beside it, nor has a page that says nothing of the index', () => {
  for (const address of [
    '/about.json',
    '/@alice/5/read.json',
    '/api.json',
    '/nope.json',
    '/@alice/x.json',
    '/@alice/thread.json',
  ]) {
    expect(route(address)?.kind, address).toBe('not-found')
  }
  expect(route('/%ff.json')?.kind).toBe('bad-path')
  expect(route('/@alice')).toBeUndefined()
})

test('the address beside a page leads back to it, and no call leaves the API', () => {
  fc.assert(
    fc.property(fc.webPath(), fc.webQueryParameters(), (path, query) => {
      const { pathname, searchParams } = new URL(`http://site.invalid${path}?${query}`)
      const found = routeJson(pathname, searchParams)
      if (found.kind === 'call') expect(found.path).toMatch(/^\/api\/v1\/[a-z]/)
      if (found.kind === 'redirect') expect(found.location).toMatch(/^\/[^/\\]/)
      expect(pageOfJsonAddress(jsonAddress(pathname, ''))).toBe(pathname)
    }),
  )
})
