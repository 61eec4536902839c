import type { ReactNode } from 'react'
import type { MissingRangeView, MissingWhy } from '../../db/views.ts'
import { formatNumber } from '../_words/numbers.ts'
import { richWords, words } from '../_words/words.ts'

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
            <td className="mut">{reasonOf(why)}</td>
            <td className="num">{formatNumber(to - from + 1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Why a post is not here, in a sentence; codes are those of the API. */
function reasonOf(why: MissingWhy): ReactNode {
  switch (why.kind) {
    case 'not-seen':
      return words('missing.notSeen')
    case 'not-followed':
      return words('missing.notFollowed')
    case 'unregistered':
      return words('missing.unregistered')
    case 'above-limit':
      return words('missing.aboveLimit')
    case 'waiting':
      return richWords('missing.waiting', { code: <code dir="ltr">{why.code}</code> })
    case 'refused':
      return richWords('missing.refused', { code: <code dir="ltr">{why.code}</code> })
    case 'rival':
      return words('missing.rival')
  }
}
