import { expect, test } from 'vitest'
import { parseDhtResource } from './dht-resource.ts'

test.each([
  ['alice', 'profile', 's', { kind: 'profile', username: 'alice' }],
  ['alice', 'avatar', 's', { kind: 'avatar', username: 'alice' }],
  ['alice', 'status', 's', { kind: 'status', username: 'alice' }],
  ['alice', 'following12', 's', { kind: 'following', username: 'alice' }],
  ['alice', 'post0', 's', { kind: 'post', username: 'alice', k: 0 }],
  ['alice', 'tracker', 'm', { kind: 'tracker', username: 'alice' }],
  ['Größe!', 'hashtag', 'm', { kind: 'list', list: { kind: 'hashtag', word: 'Größe!' } }],
  ['alice', 'mention', 'm', { kind: 'list', list: { kind: 'mention', word: 'alice' } }],
  ['alice', 'replies7', 'm', { kind: 'list', list: { kind: 'replies', username: 'alice', k: 7 } }],
  ['!alice', 'replies7', 'm', { kind: 'list', list: { kind: 'replies', username: '!alice', k: 7 } }],
  ['alice', 'rts7', 'm', { kind: 'list', list: { kind: 'rts', username: 'alice', k: 7 } }],
])('%s %s %s', (n, r, t, resource) => {
  expect(parseDhtResource(n, r, t)).toEqual(resource)
})

test.each([
  ['Alice', 'profile', 's'],
  ['alice', 'profile', 'm'],
  ['alice', 'profile2', 's'],
  ['alice', 'swarm', 's'],
  ['alice', 'post', 's'],
  ['alice', 'post01', 's'],
  ['alice', 'post-1', 's'],
  ['alice', 'post2147483648', 's'],
  ['alice', 'post9999999999', 's'],
  ['alice', 'hashtag', 's'],
  ['!alice', 'rts7', 'm'],
  ['!', 'replies7', 'm'],
  ['alice', 'replies', 'm'],
  ['alice', 'status', 'x'],
  ['', '', ''],
])('%s %s %s is none', (n, r, t) => {
  expect(parseDhtResource(n, r, t)).toBeUndefined()
})
