import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { factsOf } from '../../_words/languages.ts'
import { currentRendering } from '../../_words/rendering.ts'
import type { ShareAnswer } from '../share-answer.ts'

/** Set by who embeds; else a reader's own preference decides. */
export type EmbedTheme = 'light' | 'dark'

export interface EmbedFrame {
  stylesheetPath: string
  theme?: EmbedTheme
}

export interface EmbedDocument {
  status: number
  title: string
  /** Of the page that shows the same in full. */
  pagePath?: string
  children: ReactNode
}

/** Any page may show it in a frame. Nothing of it runs, and all it asks for comes from this site. */
const EMBED_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *"

/** A document for a frame: its links open beside the page that holds it. */
export function embedPage(frame: EmbedFrame, { status, title, pagePath, children }: EmbedDocument): ShareAnswer {
  const { language, origin } = currentRendering()
  const { tag, direction } = factsOf(language)
  const html = renderToStaticMarkup(
    <html lang={tag} dir={direction} className={frame.theme}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Windsock`}</title>
        <meta name="robots" content="noindex" />
        <base target="_blank" />
        <link rel="stylesheet" href={frame.stylesheetPath} />
        {pagePath === undefined ? undefined : <link rel="canonical" href={origin + pagePath} />}
      </head>
      <body>
        <main>{children}</main>
      </body>
    </html>,
  )
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control':
      status === 200 ? 'public, max-age=60, s-maxage=300, stale-while-revalidate=86400' : 'public, max-age=60',
    'content-security-policy': EMBED_POLICY,
    'cross-origin-resource-policy': 'cross-origin',
  }
  return { status, headers, body: `<!DOCTYPE html>${html}` }
}
