import type { ReactNode } from 'react'
import type { TombstoneView } from '../../db/views.ts'
import { Absent } from './absent.tsx'
import { Shell } from './shell.tsx'

/** In place of what an author or the operator does not want to be shown: that, and why. */
export function Tombstone({ tombstone, what }: { tombstone: TombstoneView; what: string }): ReactNode {
  const isByAuthor = tombstone.by === 'author'
  return (
    <Shell title="Not shown here" status={isByAuthor ? 410 : 451}>
      <h1>{isByAuthor ? `This ${what} is not shown here` : `This ${what} is blocked here`}</h1>
      <Absent>
        {isByAuthor ? 'Its author has opted out of public web sites' : 'By the operator of this site'}. The reason:{' '}
        <bdi>{tombstone.reason}</bdi>.
      </Absent>
      <p className="note">
        It may still be read on the twister network itself. This site decides only for its own pages.
      </p>
    </Shell>
  )
}
