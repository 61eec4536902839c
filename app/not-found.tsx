import type { ReactNode } from 'react'
import { Shell } from './_ui/shell.tsx'
import { StartWays } from './_ui/start-ways.tsx'
import { words } from './_words/words.ts'

export default function NotFound(): ReactNode {
  return (
    <Shell title={words('refusal.notFoundTitle')} status={404}>
      <h1>{words('refusal.notFoundTitle')}</h1>
      <p className="lead">{words('refusal.notFound')}</p>
      <StartWays />
    </Shell>
  )
}
