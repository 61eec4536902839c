import { expect, test } from 'vitest'
import { AUTHOR_NAMES } from './authors.ts'
import {
  keyGeneration,
  OPENING_BLOCKS,
  OPENING_SECONDS,
  openingBeats,
  openingBlocks,
  REPLACEMENT_HEIGHT,
} from './story.ts'

const beats = openingBeats('windsock')
const place = new Map(beats.map((beat, index) => [beat.key, index]))

test('the opening history is the same for the same seed and another for another', () => {
  expect(openingBeats('windsock')).toEqual(beats)
  expect(openingBeats('other')).not.toEqual(beats)
})

test('it is as long as a day of a small community, and everybody takes part', () => {
  expect(beats.length).toBeGreaterThanOrEqual(150)
  expect(beats.length).toBeLessThanOrEqual(250)
  expect(new Set(beats.map((beat) => beat.by))).toEqual(new Set(AUTHOR_NAMES))
})

test('keys are unique, and nothing refers to what comes later', () => {
  expect(place.size).toBe(beats.length)
  beats.forEach((beat, index) => {
    const { act } = beat
    const parent = act.kind === 'say' && act.to?.kind === 'beat' ? act.to.key : 'of' in act ? act.of : undefined
    if (parent !== undefined) expect(place.get(parent)).toBeLessThan(index)
    if (act.kind !== 'say') return
    for (const [, link] of act.text.matchAll(/\{link:([\w-]+)\}/g)) expect(place.get(link ?? '')).toBeLessThan(index)
  })
})

test('nobody writes before being registered or after the network opens', () => {
  for (const beat of beats) {
    expect(beat.at).toBeGreaterThan(3 * 600)
    expect(beat.at).toBeLessThan(OPENING_SECONDS)
  }
})

test("one of alice's posts has twelve replies or more, five deep or more", () => {
  const depths = beats.map((beat) => depthBelow(beat.key, 'stayed')).filter((depth) => depth !== undefined)
  expect(depths.length).toBeGreaterThan(12)
  expect(Math.max(...depths)).toBeGreaterThanOrEqual(5)
})

test('every name is registered once, but erin, whose key is replaced', () => {
  const blocks = openingBlocks()
  expect(blocks.length).toBe(OPENING_BLOCKS)
  const names = blocks.flatMap((block) => block.registrations.map((registration) => registration.name))
  expect(names.filter((name) => name === 'erin').length).toBe(2)
  expect(new Set(names).size).toBe(names.length - 1)
  expect(keyGeneration('erin', REPLACEMENT_HEIGHT - 1)).toBe(0)
  expect(keyGeneration('erin', REPLACEMENT_HEIGHT)).toBe(1)
})

function depthBelow(key: string, root: string): number | undefined {
  const act = beats[place.get(key) ?? -1]?.act
  if (act?.kind !== 'say' || act.to?.kind !== 'beat') return undefined
  if (act.to.key === root) return 1
  const above = depthBelow(act.to.key, root)
  return above === undefined ? undefined : above + 1
}
