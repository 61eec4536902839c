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
    repair: { take: ({ username }) => void done.push(['repair', username]) },
    onChange: () => void done.push('told'),
  })
  await early
  await desk.take({ kind: 'unfollow', usernames: ['bob', '!'] })
  await desk.take({ kind: 'fetch', username: 'carol', asker: 'visitor' })
  await desk.take({ kind: 'fetch', username: '%', asker: 'visitor' })
  await desk.take({ kind: 'cursor', nodeId: 'n', cursor: 1 })
  const nothing = { wantedNumbers: [], wantedResources: [], pieces: [], values: [] }
  await desk.take({ kind: 'repair', nodeId: 'n', username: 'bob', ...nothing })
  expect(done.slice(0, 4)).toEqual([['follow', 'alice', 'bob'], 'told', ['unfollow', 'bob'], 'told'])
  expect(done.slice(4)).toEqual([
    ['fetch', 'carol', 'visitor'],
    ['repair', 'bob'],
  ])
})
