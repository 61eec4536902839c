import pino from 'pino'
import { expect, test } from 'vitest'
import { openControlDesk } from './obey.ts'

test('a message that comes before there is anybody to obey waits, and names that are none are left out', async () => {
  const desk = openControlDesk(pino({ level: 'silent' }))
  const done: unknown[] = []
  const early = desk.take({ kind: 'follow', usernames: ['alice', 'Not A Name', '', 'x'.repeat(17), 'bob'] })
  desk.open({
    following: {
      follow: (names) => {
        done.push(['follow', ...names])
        return { followed: [...names], full: [] }
      },
      unfollow: (names) => void done.push(['unfollow', ...names]),
    },
    fetches: { ask: (name, asker) => void done.push(['fetch', name, asker]) },
    onChange: () => void done.push('told'),
  })
  await early
  await desk.take({ kind: 'unfollow', usernames: ['bob', '!'] })
  await desk.take({ kind: 'fetch', username: 'carol', asker: 'visitor' })
  await desk.take({ kind: 'fetch', username: '%', asker: 'visitor' })
  await desk.take({ kind: 'cursor', nodeId: 'n', cursor: 1 })
  expect(done).toEqual([['follow', 'alice', 'bob'], 'told', ['unfollow', 'bob'], 'told', ['fetch', 'carol', 'visitor']])
})
