import type { ReactNode } from 'react'
import { words } from '../_words/words.ts'
import { Shell } from './shell.tsx'
import { StartWays } from './start-ways.tsx'

export function NotFound(): ReactNode {
  return (
    <Shell title={words('refusal.notFoundTitle')} status={404}>
      <h1>{words('refusal.notFoundTitle')}</h1>
      <p className="lead">{words('refusal.notFound')}</p>
      <StartWays />
    </Shell>
  )
}
