import type { ReactNode } from 'react'
import type { AncestorView, MissingWhy } from '../../db/views.ts'
import { formatDate } from '../_lib/format.ts'
import { richWords, words } from '../_words/words.ts'
import { Absent, Removed } from './absent.tsx'
import { missingReason } from './missing-reason.tsx'
import { TimedPostRow } from './post-row.tsx'
import { TimedPromotedRow } from './promoted-row.tsx'

interface AncestorsProps {
  ancestors: readonly AncestorView[]
  /** Of the topmost, if that is a post which is missing. */
  why: MissingWhy | undefined
  /** Of the post that the page is about, in unix seconds: the times above it are told beside it. */
  beside: number
}

/** What stands above a post, from the root down, joined by a rail. */
export function Ancestors({ ancestors, why, beside }: AncestorsProps): ReactNode {
  if (ancestors.length === 0) return undefined
  return (
    <ol className="ancestors" aria-label={words('thread.above')}>
      {ancestors.map((ancestor, at) => (
        <li key={keyOf(ancestor)} className={ancestor.kind === 'missing' ? 'gap' : undefined}>
          <AncestorRow ancestor={ancestor} why={why} namedAt={timeOf(ancestors[at + 1]) ?? beside} beside={beside} />
        </li>
      ))}
    </ol>
  )
}

interface AncestorRowProps extends Pick<AncestorsProps, 'why' | 'beside'> {
  ancestor: AncestorView
  /** When the reply below it was written. */
  namedAt: number
}

function AncestorRow({ ancestor, why, namedAt, beside }: AncestorRowProps): ReactNode {
  switch (ancestor.kind) {
    case 'post':
      return <TimedPostRow post={ancestor.post} times={{ kind: 'moments', beside }} />
    case 'promoted':
      return <TimedPromotedRow message={ancestor.message} times={{ kind: 'moments', beside }} />
    case 'missing':
      return <Missing missing={ancestor} why={why} when={formatDate(namedAt)} />
  }
}

interface MissingProps extends Pick<AncestorsProps, 'why'> {
  missing: Extract<AncestorView, { kind: 'missing' }>
  when: string
}

/** In place of a post that only its reply names: why it is not here, and what a reader can do. */
function Missing({ missing, why, when }: MissingProps): ReactNode {
  const { n, k } = missing
  const block = (chunks: ReactNode) => <a href={`/block/${k}`}>{chunks}</a>
  if (missing.isHidden) {
    return (
      <Removed>
        {missing.isPromoted ? richWords('thread.hiddenMessage', { height: k, block }) : words('thread.hiddenParent')}
      </Removed>
    )
  }
  const name = (
    <a href={`/@${n}`} dir="ltr">
      @{n}
    </a>
  )
  const more = (chunks: ReactNode) => <a href={`/@${n}/${k}`}>{chunks}</a>
  if (missing.isPromoted) {
    return <Absent>{richWords('thread.missingMessage', { height: k, block, name: <bdi>{n}</bdi> })}</Absent>
  }
  if (!missing.isRegistered) {
    return <Absent>{richWords('thread.missingName', { name: <bdi dir="ltr">@{n}</bdi>, k })}</Absent>
  }
  const reason = why === undefined ? '' : missingReason(why)
  return <Absent>{richWords('thread.missing', { name, when, reason, more })}</Absent>
}

function timeOf(ancestor: AncestorView | undefined): number | undefined {
  return ancestor?.kind === 'post' ? ancestor.post.time : undefined
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
