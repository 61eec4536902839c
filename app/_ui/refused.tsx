import type { ReactNode } from 'react'
import { factsOf } from '../_words/languages.ts'
import { currentRendering } from '../_words/rendering.ts'
import { Footer, Header } from './frame.tsx'
import { StartWays } from './start-ways.tsx'

interface RefusedProps {
  title: string
  sentence: string
  stylesheetPath: string
}

/** A whole document in the frame of the site, of nothing but its own words. */
export function Refused({ title, sentence, stylesheetPath }: RefusedProps): ReactNode {
  const { tag, direction } = factsOf(currentRendering().language)
  return (
    <html lang={tag} dir={direction === 'rtl' ? 'rtl' : undefined}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Windsock`}</title>
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <link rel="stylesheet" href={stylesheetPath} />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <Header />
        <div className="frame page">
          <main id="main" className="column">
            <h1>{title}</h1>
            <p className="lead">{sentence}</p>
            <StartWays />
          </main>
        </div>
        <Footer />
      </body>
    </html>
  )
}
