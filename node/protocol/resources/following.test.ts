import { expect, test } from 'vitest'
import { itemOf, recordedItems } from '../../../test/dht-samples.ts'
import vectors from '../../../test/vectors/recordings-dht.json' with { type: 'json' }
import { parseFollowing } from './following.ts'

test('the recorded list is read', () => {
  const [item] = recordedItems('alice', 'following1')
  const [answer] = vectors.find(({ r }) => r === 'following1')?.rpc_answer ?? []
  expect(item && parseFollowing(item)).toEqual({ page: 1, usernames: answer?.p.v })
})

test('each name is taken once, and what is no name is left out', () => {
  const item = itemOf('following12', 's', ['bob', 'carol', 'bob', 'Bad Name', 7, '', 'x'.repeat(17), ['dave']])
  expect(parseFollowing(item)).toEqual({ page: 12, usernames: ['bob', 'carol'] })
  expect(parseFollowing(itemOf('following2', 's', []))).toEqual({ page: 2, usernames: [] })
})

test('other values are no list', () => {
  expect(parseFollowing(itemOf('following1', 's', 'bob'))).toBeUndefined()
  expect(parseFollowing(itemOf('following1', 'm', ['bob']))).toBeUndefined()
  expect(parseFollowing(itemOf('following01', 's', ['bob']))).toBeUndefined()
  expect(parseFollowing(itemOf('following', 's', ['bob']))).toBeUndefined()
})
