import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageOfUri } from './open-uri.ts'

test.each([
  ['web+twister:profile:alice', '/@alice'],
  ['web+twister://@Alice', '/@alice'],
  ['web+twister:@alice/56', '/@alice/56'],
  ['web+twister:mentions:alice', '/@alice/mentions'],
  ['web+twister:favs:alice', '/@alice/favourites'],
  ['web+twister:conversation:alice:post56', '/@alice/56'],
  ['web+twister:#conversation?post=alice:post56', '/@alice/56'],
  ['web+twister:%23hashtag%3Fhashtag%3D%E9%A2%A8', '/hashtag/%E9%A2%A8'],
  ['web+twister:hashtag:Windlog', '/hashtag/windlog'],
  ['#hashtag?hashtag=windlog', '/hashtag/windlog'],
  ['#windlog', '/hashtag/windlog'],
  ['@alice', '/@alice'],
  ['twist:AQAAAAMAAAA=', '/twist/AQAAAAMAAAA%3D'],
])('%s is %s', (uri, page) => {
  expect(pageOfUri(uri)).toBe(page)
})

test.each([
  '',
  'web+twister:',
  'web+twister:directmessages:alice',
  'profile:no one',
  'https://elsewhere.example/',
  '//elsewhere.example',
  'javascript:alert(1)',
  '@alice/x',
  'web+twister:conversation:alice:post',
  '%',
])('%s is nothing here', (uri) => {
  expect(pageOfUri(uri)).toBeUndefined()
})

test('whatever it is, it leads to a page of this site or nowhere', () => {
  const piece = fc.constantFrom(
    'web+twister:',
    '//',
    '@',
    '#',
    'profile',
    ':',
    '?user=',
    'alice',
    '/',
    '\\',
    '%2f',
    '%',
    '..',
    '9',
    '\n',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      expect(pageOfUri(pieces.join('')) ?? '/@a').toMatch(
        /^\/(@[a-z0-9_]{1,16}(\/[a-z0-9]+)?|hashtag\/[^/\\]+|twist\/[^/\\]+)$/,
      )
    }),
  )
})
