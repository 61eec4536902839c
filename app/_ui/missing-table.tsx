import type { ReactNode } from 'react'
import type { MissingRangeView } from '../../db/views.ts'
import { formatNumber } from '../_words/numbers.ts'
import { words } from '../_words/words.ts'
import { missingReason } from './missing-reason.tsx'

interface MissingTableProps {
  n: string
  missing: readonly MissingRangeView[]
  caption: string
}

/** Numbers that are known of and not here, from the highest down, each with its reason. */
export function MissingTable({ n, missing, caption }: MissingTableProps): ReactNode {
  return (
    <table>
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{words('missing.numbers')}</th>
          <th scope="col">{words('missing.reason')}</th>
          <th scope="col" className="num">
            {words('missing.count')}
          </th>
        </tr>
      </thead>
      <tbody>
        {missing.map(({ from, to, why }) => (
          <tr key={to}>
            <td className="range">
              {from === to ? <a href={`/@${n}/${from}`}>{formatNumber(from)}</a> : words('missing.range', { from, to })}
            </td>
            <td className="mut">{missingReason(why)}</td>
            <td className="num">{formatNumber(to - from + 1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
