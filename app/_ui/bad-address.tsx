import type { ReactNode } from 'react'
import { words } from '../_words/words.ts'
import { Shell } from './shell.tsx'

/** An address with a parameter that this site never gave out. */
export function BadAddress({ back }: { back: string }): ReactNode {
  return (
    <Shell title={words('refusal.badAddressTitle')} status={400}>
      <h1>{words('refusal.badAddressTitle')}</h1>
      <p className="lead">{words('refusal.badParameter')}</p>
      <p className="ways">
        <a href={back}>{words('refusal.start')}</a>
      </p>
    </Shell>
  )
}
