import type { ReactNode } from 'react'
import type { Page } from '../../db/page.ts'

interface PagerProps {
  page: Pick<Page<unknown>, 'next' | 'prev'>
  path: string
  /** Parameters that the next page keeps. */
  keep?: Record<string, string | undefined>
  nextLabel: string
  prevLabel: string
}

export function Pager({ page, path, keep = {}, nextLabel, prevLabel }: PagerProps): ReactNode {
  if (page.next === undefined && page.prev === undefined) return undefined
  return (
    <nav className="pager" aria-label="Pages of this list">
      {page.prev === undefined ? undefined : (
        <a rel="prev" href={hrefOf(path, keep, page.prev)}>
          {prevLabel}
        </a>
      )}
      {page.next === undefined ? undefined : (
        <a rel="next" href={hrefOf(path, keep, page.next)}>
          {nextLabel}
        </a>
      )}
    </nav>
  )
}

function hrefOf(path: string, keep: Record<string, string | undefined>, cursor: string): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(keep)) if (value !== undefined) query.set(name, value)
  query.set('cursor', cursor)
  return `${path}?${query}`
}
