import type { ReactNode } from 'react'
import type { NetworkYearView } from '../../db/queries/statistics.ts'
import { ShareBar } from '../_ui/day-chart.tsx'
import { formatNumber } from '../_words/numbers.ts'
import { words } from '../_words/words.ts'

/** The newest first; a bar shows how the posts of a year stand to those of the fullest one. */
export function YearsTable({ years }: { years: readonly NetworkYearView[] }): ReactNode {
  const most = Math.max(1, ...years.map(({ posts }) => posts))
  return (
    <section>
      <h2>{words('stats.years')}</h2>
      <table className="dense">
        <caption className="unseen">{words('stats.yearsCaption')}</caption>
        <thead>
          <tr>
            <th scope="col">{words('stats.year')}</th>
            <th scope="col" className="num">
              {words('stats.colPosts')}
            </th>
            <td className="wide share" />
            <th scope="col" className="num">
              {words('stats.colAuthors')}
            </th>
            <th scope="col" className="num">
              {words('stats.colNames')}
            </th>
            <th scope="col" className="num wide">
              {words('stats.colHashtags')}
            </th>
          </tr>
        </thead>
        <tbody>
          {years.map(({ year, posts, authors, names, hashtags }) => (
            <tr key={year}>
              <th scope="row">{year}</th>
              <td className="num">{formatNumber(posts)}</td>
              <td className="wide share">
                <ShareBar share={posts / most} />
              </td>
              <td className="num">{formatNumber(authors)}</td>
              <td className="num">{formatNumber(names)}</td>
              <td className="num wide">{formatNumber(hashtags)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
