import { expect, test } from 'vitest'
import { parseSignedUserpost, userpostKind } from '../node/protocol/userpost.ts'
import { Notebook } from './compose.ts'
import { liveBeats } from './live-story.ts'
import type { Beat } from './story.ts'
import { openingBeats } from './story.ts'

test('the live story is the same for the same seed', () => {
  expect(first('windsock', 200)).toEqual(first('windsock', 200))
  expect(first('windsock', 200)).not.toEqual(first('other', 200))
})

test('it goes on for thousands of posts, of every kind but custom, with a bounded memory', () => {
  const notebook = new Notebook('windsock', 400)
  for (const beat of openingBeats('windsock')) notebook.write(beat, { time: 1_700_000_000, height: 100 })
  const kinds = new Set<string>()
  for (const beat of first('windsock', 3000)) {
    const { signed } = notebook.write(beat, { time: 1_700_000_000, height: 100 })
    expect(parseSignedUserpost(signed.piece)).toBeDefined()
    expect(signed.userpost.msg).not.toMatch(/[{}]/)
    kinds.add(userpostKind(signed.userpost))
  }
  expect([...kinds].sort()).toEqual(['direct', 'favourite', 'post', 'private-favourite', 'reply', 'retwist'])
})

function first(seed: string, count: number): Beat[] {
  const beats = liveBeats(seed)
  return Array.from({ length: count }, () => beats.next().value)
}
