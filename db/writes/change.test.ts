import { expect, test } from 'vitest'
import { messagesOf } from './change.ts'

test('what changed is told in messages that PostgreSQL takes, each name once', () => {
  expect(messagesOf({})).toEqual([])
  expect(messagesOf({ authors: ['alice', 'alice'], tags: ['風'] })).toEqual([
    { kind: 'some', users: [], authors: ['alice'], posts: [], tags: ['風'] },
  ])
  const posts = Array.from({ length: 2000 }, (_, k) => `a_name_of_sixteen/${100_000_000 + k}`)
  const messages = messagesOf({ users: ['bob'], posts })
  for (const message of messages) expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(8000)
  expect(messages.flatMap((message) => (message.kind === 'some' ? message.posts : []))).toEqual(posts)
})

test('of more than a few messages can say it is told that much has changed', () => {
  const tags = Array.from({ length: 2000 }, (_, at) => `${'風'.repeat(80)}${at}`)
  expect(messagesOf({ tags })).toEqual([{ kind: 'many' }])
})
