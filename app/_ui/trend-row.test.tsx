import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { TrendPastView } from '../../db/queries/trend-pasts.ts'
import { AUTHOR_DAYS } from '../../db/queries/trends.ts'
import type { TrendView } from '../../db/views.ts'
import { inRendering } from '../_words/rendering.ts'
import { Sparkline } from './sparkline.tsx'
import { TrendRow } from './trend-row.tsx'

const TREND: TrendView = { tag: '風', people: 31, posts: 1, seen: 2, expected: 4, score: 1, twisterScore: 412.04 }
const PAST: TrendPastView = { tag: '風', people: [0, 2, 1], leaders: [] }

function words(trend: Partial<TrendView>, twisterPlace?: number): string {
  const row = <TrendRow trend={{ ...TREND, ...trend }} past={PAST} twisterPlace={twisterPlace} places={50} />
  const made = inRendering({ language: 'en', origin: 'http://localhost', address: '/trends' }, () =>
    renderToStaticMarkup(row),
  )
  return made.replaceAll(/<[^>]*>/g, '')
}

test('a trend is told in numbers of people, against what is usual, beside the place that twister gives it', () => {
  expect(words({ expected: 9 * AUTHOR_DAYS }, 2)).toBe(
    '#風31 people, 1 post; usually 9 people a day0.3 × usual · twister’s own score 412, place 2',
  )
  expect(words({ people: 1, expected: AUTHOR_DAYS, seen: 2.5 * AUTHOR_DAYS })).toBe(
    '#風1 person, 1 post; usually 1 person a day2.5 × usual · not among the first 50 of twister’s own list',
  )
})

test('a hashtag without a past is called new instead of endlessly many times the usual', () => {
  expect(words({ expected: 0 }, 1)).toContain('31 people, 1 postnot used in the four weeks before')
})

test('a line of values fills its height, and one without any lies on the ground', () => {
  const path = (values: number[]) =>
    /class="line" d="([^"]*)"/.exec(renderToStaticMarkup(<Sparkline className="x" values={values} />))?.[1]
  expect(path([0, 4, 2])).toBe('M0 39L1 1L2 20')
  expect(path([0, 0])).toBe('M0 39L1 39')
})
