import type { ReactNode } from 'react'
import { listedWords } from '../_lib/listed.ts'
import type { Gap } from '../_lib/post-gaps.ts'
import { formatNumber } from '../_words/numbers.ts'
import { richWords, words } from '../_words/words.ts'
import { Absent, Removed, Sealed } from './absent.tsx'

interface GapRowProps {
  username: string
  gap: Gap
}

/** Between two posts of a profile: which numbers are missing there, and why as far as it is known. */
export function GapRow({ username, gap }: GapRowProps): ReactNode {
  if (gap.absent.length === 0 && gap.encrypted === 0 && gap.withheld === 0) return undefined
  return (
    <div className="post">
      {gap.absent.length === 0 ? undefined : <Absent>{absentWords(username, gap.absent)}</Absent>}
      {gap.encrypted === 0 ? undefined : <Sealed>{words('gap.encrypted', { count: gap.encrypted })}</Sealed>}
      {gap.withheld === 0 ? undefined : <Removed>{words('gap.withheld', { count: gap.withheld })}</Removed>}
    </div>
  )
}

const MAX_RANGES = 5

function absentWords(username: string, ranges: Gap['absent']): ReactNode {
  const count = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)
  const why = (chunks: ReactNode) => <a href={`/@${username}/missing`}>{chunks}</a>
  if (ranges.length > MAX_RANGES) return richWords('gap.absentMany', { count, why })
  const numbers = ranges.map(({ from, to }) => (from === to ? formatNumber(from) : words('gap.range', { from, to })))
  return richWords('gap.absent', { count, numbers: listedWords(numbers, 'conjunction'), why })
}
