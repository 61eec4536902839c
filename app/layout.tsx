import type { ReactNode } from 'react'
import { factsOf } from './_words/languages.ts'
import { currentRendering } from './_words/rendering.ts'

/** Every page is made when it is asked for: the build needs no database. */
export const dynamic = 'force-dynamic'

/** The frame of every page. The front puts the style sheet's address of this build in. */
export default function Layout({ children }: { children: ReactNode }): ReactNode {
  const { tag, direction } = factsOf(currentRendering().language)
  return (
    <html lang={tag} dir={direction === 'rtl' ? 'rtl' : undefined}>
      <head>
        <link rel="stylesheet" href="/site.css" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
        <link rel="manifest" href="/site.webmanifest" />
        <link rel="search" type="application/opensearchdescription+xml" title="Windsock" href="/opensearch.xml" />
        <meta name="color-scheme" content="light dark" />
      </head>
      <body>{children}</body>
    </html>
  )
}
