import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { DayChart, ShareBar } from './day-chart.tsx'

const TO = 20_000
const FROM = TO - 2

test('a bar for each day that counts, as high as its share of the highest', () => {
  const counts = [
    { day: TO, count: 10 },
    { day: FROM, count: 5 },
    { day: FROM - 1, count: 99 },
    { day: TO + 1, count: 99 },
  ]
  const html = renderToStaticMarkup(<DayChart title="Posts" counts={counts} from={FROM} to={TO} />)
  expect(html).toContain('d="M8 40v-40h3v40zM0 40v-20h3v20z"')
  expect(html).toContain('viewBox="0 0 12 40"')
})

test('what the bars show is told in a sentence', () => {
  const counts = [
    { day: TO, count: 10 },
    { day: FROM, count: 4000 },
  ]
  const html = renderToStaticMarkup(<DayChart title="Posts" counts={counts} from={FROM} to={TO} />)
  expect(html).toContain(
    'aria-label="Posts, 2 Oct 2024 to 4 Oct 2024: 4\u202f010 in all, most on 2 Oct 2024: 4\u202f000."',
  )
  // A little is not nothing.
  expect(html).toContain('M8 40v-1h3v1z')
})

test('days without anything are told as such', () => {
  const html = renderToStaticMarkup(<DayChart title="Posts" counts={[]} from={FROM} to={TO} />)
  expect(html).toContain('aria-label="Posts, 2 Oct 2024 to 4 Oct 2024: nothing."')
  expect(html).toContain('d=""')
})

test('a share is a bar of a hundred', () => {
  expect(renderToStaticMarkup(<ShareBar share={0.5} />)).toContain('M0 0h50v8H0z')
  expect(renderToStaticMarkup(<ShareBar share={0.001} />)).toContain('M0 0h1v8H0z')
  expect(renderToStaticMarkup(<ShareBar share={0} />)).toContain('M0 0h0v8H0z')
})
