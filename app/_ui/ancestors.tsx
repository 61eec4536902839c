import type { ReactNode } from 'react'
import type { AncestorView } from '../../db/views.ts'
import { formatNumber } from '../_words/numbers.ts'
import { Absent } from './absent.tsx'
import { PostRow } from './post-row.tsx'
import { PromotedRow } from './promoted-row.tsx'

/** What stands above a post, from the root down, joined by a rail. */
export function Ancestors({ ancestors, now }: { ancestors: readonly AncestorView[]; now: number }): ReactNode {
  if (ancestors.length === 0) return undefined
  return (
    <ol className="ancestors" aria-label="Posts above this one">
      {ancestors.map((ancestor) => (
        <li key={keyOf(ancestor)} className={ancestor.kind === 'missing' ? 'gap' : undefined}>
          <AncestorRow ancestor={ancestor} now={now} />
        </li>
      ))}
    </ol>
  )
}

function AncestorRow({ ancestor, now }: { ancestor: AncestorView; now: number }): ReactNode {
  switch (ancestor.kind) {
    case 'post':
      return <PostRow post={ancestor.post} now={now} />
    case 'promoted':
      return <PromotedRow message={ancestor.message} now={now} />
    case 'missing':
      return <Absent>{missingWords(ancestor)}</Absent>
  }
}

function missingWords(missing: Extract<AncestorView, { kind: 'missing' }>): ReactNode {
  const { n, k } = missing
  if (missing.isHidden) {
    const what = missing.isPromoted ? `A promoted message of block ${formatNumber(k)}` : 'A post'
    return <>{what} that is not shown on this site belongs here. It is named by the reply below.</>
  }
  if (missing.isPromoted) {
    return (
      <>
        A promoted message of block {formatNumber(k)} belongs here. It is named by the reply below, but the best chain
        holds no such message by {n}.
      </>
    )
  }
  if (!missing.isRegistered) {
    return (
      <>
        The reply below names @{n}/{k}, but the chain holds no such name.
      </>
    )
  }
  return (
    <>
      <a href={`/@${n}/${k}`}>
        @{n}/{k}
      </a>{' '}
      has not been seen by this node. It is named by the reply below
      {missing.knownK === undefined ? `, and this site does not follow @${n}.` : ', but no peer has offered it so far.'}
    </>
  )
}

function keyOf(ancestor: AncestorView): string {
  switch (ancestor.kind) {
    case 'post':
      return `${ancestor.post.n}/${ancestor.post.k}`
    case 'promoted':
      return `block ${ancestor.message.height}`
    case 'missing':
      return `missing ${ancestor.n}/${ancestor.k}`
  }
}
