import type { ReactNode } from 'react'
import { words } from '../_words/words.ts'

/** Where to go on from a page that leads nowhere. */
export function StartWays(): ReactNode {
  return (
    <p className="ways">
      <a href="/">{words('frame.newest')}</a>
      <a href="/names">{words('frame.people')}</a>
      <a href="/search">{words('frame.search')}</a>
      <a href="/status">{words('frame.status')}</a>
    </p>
  )
}
