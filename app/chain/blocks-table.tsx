import type { ReactNode } from 'react'
import type { BlockLineView } from '../../db/views.ts'
import { FullTime } from '../_ui/time.tsx'
import { formatNumber } from '../_words/numbers.ts'
import { words } from '../_words/words.ts'

export function BlocksTable({ blocks }: { blocks: readonly BlockLineView[] }): ReactNode {
  return (
    <table className="dense">
      <caption className="unseen">{words('chain.blocksCaption')}</caption>
      <thead>
        <tr>
          <th scope="col">{words('chain.block')}</th>
          <th scope="col">{words('chain.time')}</th>
          <th scope="col" className="num">
            {words('chain.entries')}
          </th>
          <th scope="col" className="num wide">
            {words('chain.size')}
          </th>
        </tr>
      </thead>
      <tbody>
        {blocks.map(({ height, time, txCount, sizeBytes }) => (
          <tr key={height}>
            <th scope="row">
              <a href={`/block/${height}`}>{formatNumber(height)}</a>
            </th>
            <td>
              <FullTime seconds={time} />
            </td>
            {/* The first transaction is the miner's; each of the others registers a name or replaces its key. */}
            <td className="num">{formatNumber(Math.max(0, txCount - 1))}</td>
            <td className="num wide mut">{formatNumber(sizeBytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
