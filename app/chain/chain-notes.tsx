import type { ReactNode } from 'react'
import { linkTo } from '../_ui/prose.tsx'
import { richWords, words } from '../_words/words.ts'

/** Beside blocks: what a block is, and what more there is of the chain. */
export function ChainNotes({ children }: { children?: ReactNode }): ReactNode {
  const links = { promoted: linkTo('/promoted'), checkpoints: linkTo('/api/v1/checkpoints') }
  return (
    <section className="notes">
      <h2>{words('chain.how')}</h2>
      <p>{words('chain.how.blocks')}</p>
      <p>{words('chain.how.best')}</p>
      <p>{richWords('chain.more', links)}</p>
      {children}
    </section>
  )
}
