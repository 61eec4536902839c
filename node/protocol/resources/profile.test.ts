import { expect, test } from 'vitest'
import { itemOf, recordedItems } from '../../../test/dht-samples.ts'
import { parseProfile } from './profile.ts'

test('the recorded profile is read', () => {
  const [item] = recordedItems('alice', 'profile')
  expect(item && parseProfile(item)).toEqual({
    fullname: 'Alice A.',
    bio: 'first test user',
    location: 'loopback',
    url: 'http://127.0.0.1/',
  })
})

test('members that are empty, too long or no text are left out', () => {
  const item = itemOf('profile', 's', {
    fullname: '',
    bio: 'x'.repeat(2001),
    location: 7,
    url: Uint8Array.of(0xc3, 0x28),
    tox: '😀'.repeat(500),
    bitmessage: 'BM-1',
    other: 'x',
  })
  expect(parseProfile(item)).toEqual({ tox: '😀'.repeat(500), bitmessage: 'BM-1' })
})

test('other values are no profile', () => {
  expect(parseProfile(itemOf('profile', 's', 'text'))).toBeUndefined()
  expect(parseProfile(itemOf('profile', 'm', {}))).toBeUndefined()
  expect(parseProfile(itemOf('avatar', 's', {}))).toBeUndefined()
})
