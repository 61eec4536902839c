import type { ReactNode } from 'react'
import { pageRoute } from '../_ui/page-route.tsx'
import { Prose } from '../_ui/prose.tsx'
import { words } from '../_words/words.ts'
import { aboutReading } from './reading.tsx'
import { aboutTwister } from './twister.tsx'

export const GET = pageRoute(AboutPage)

/** What this site is, what it can and cannot show, and what newcomers to twister ask. */
function AboutPage(): ReactNode {
  const chapters = [...aboutReading(), ...aboutTwister()]
  return (
    <Prose
      title={words('about.title')}
      heading={words('about.heading')}
      lead={words('about.lead')}
      chapters={chapters}
    />
  )
}
