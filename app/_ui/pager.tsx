import type { ReactNode } from 'react'
import type { Page } from '../../db/page.ts'
import { cursorText } from '../../db/queries/cursor.ts'
import { currentSite } from '../_lib/site.ts'
import { words } from '../_words/words.ts'

interface PagerProps {
  page: Pick<Page<unknown>, 'next' | 'prev'>
  path: string
  /** Parameters that the next page keeps. */
  keep?: Record<string, string | undefined>
  nextLabel: string
  prevLabel: string
}

export async function Pager({ page, path, keep = {}, nextLabel, prevLabel }: PagerProps): Promise<ReactNode> {
  if (page.next === undefined && page.prev === undefined) return undefined
  const { reader } = currentSite()
  const prev = page.prev && (await cursorText(reader, page.prev))
  const next = page.next && (await cursorText(reader, page.next))
  return (
    <nav className="pager" aria-label={words('pager.label')}>
      {prev === undefined ? undefined : (
        <a rel="prev" href={hrefOf(path, keep, prev)}>
          {prevLabel}
        </a>
      )}
      {next === undefined ? undefined : (
        <a rel="next" href={hrefOf(path, keep, next)}>
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
