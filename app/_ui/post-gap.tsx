import type { ReactNode } from 'react'
import { plural } from '../_lib/format.ts'
import type { Gap } from '../_lib/post-gaps.ts'
import { formatNumber } from '../_words/numbers.ts'
import { Absent, Sealed } from './absent.tsx'

/** Between two posts of a profile: which numbers are missing there, and why as far as it is known. */
export function GapRow({ gap }: { gap: Gap }): ReactNode {
  if (gap.absent.length === 0 && gap.encrypted === 0 && gap.withheld === 0) return undefined
  return (
    <div className="post">
      {gap.absent.length === 0 ? undefined : (
        <Absent>
          {rangesOf(gap)} not here: no peer has offered {isOne(gap) ? 'it' : 'them'} to this node so far.
        </Absent>
      )}
      {gap.encrypted === 0 ? undefined : (
        <Sealed>{plural(gap.encrypted, 'post')} encrypted to somebody: counted, never shown.</Sealed>
      )}
      {gap.withheld === 0 ? undefined : (
        <Absent>
          {plural(gap.withheld, 'post')} not shown on this site: blocked, or not to be shown by the wish of an author.
        </Absent>
      )}
    </div>
  )
}

const MAX_RANGES = 5

function rangesOf(gap: Gap): string {
  const ranges = gap.absent
    .slice(0, MAX_RANGES)
    .map(({ from, to }) => (from === to ? formatNumber(from) : `${formatNumber(from)} to ${formatNumber(to)}`))
  const more = gap.absent.length > MAX_RANGES ? ' and others between' : ''
  return isOne(gap) ? `Post ${ranges[0]} is` : `Posts ${ranges.join(', ')}${more} are`
}

function isOne(gap: Gap): boolean {
  return gap.absent.length === 1 && gap.absent[0]?.from === gap.absent[0]?.to
}
