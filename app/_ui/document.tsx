import type { ReactNode } from 'react'
import { currentSite } from '../_lib/site.ts'
import { factsOf } from '../_words/languages.ts'
import { currentRendering } from '../_words/rendering.ts'

/** The frame of every page. What a page says about itself (title, meta, link) React puts into the head. */
export function Document({ children }: { children: ReactNode }): ReactNode {
  const { language } = currentRendering()
  const { tag, direction } = factsOf(language)
  const { files } = currentSite()
  return (
    <html lang={tag} dir={direction === 'rtl' ? 'rtl' : undefined}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="stylesheet" href={files.stylesheetPath} />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
        <link rel="manifest" href="/site.webmanifest" />
        <link rel="search" type="application/opensearchdescription+xml" title="Windsock" href="/opensearch.xml" />
        <meta name="color-scheme" content="light dark" />
        <script type="module" src={files.modulePath('every-page')} data-words={files.wordsPath(language)} />
      </head>
      <body>{children}</body>
    </html>
  )
}
