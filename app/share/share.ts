import type { Reader } from '../../db/queries/reader.ts'
import { createCards } from './card/card-answer.ts'
import { parseCardPath } from './card/card-path.ts'
import type { Painter } from './card/picture.ts'
import { embedAnswer } from './embed/embed-answer.tsx'
import type { EmbedTheme } from './embed/embed-page.tsx'
import { parseEmbedSubject } from './embed/embed-subject.ts'
import { parseFeedAddress } from './feed/feed-address.ts'
import { feedAnswer } from './feed/feed-answer.ts'
import { oembedAnswer } from './oembed/oembed-answer.ts'
import type { ShareAnswer } from './share-answer.ts'
import { manifestAnswer } from './site/manifest.ts'
import { openSearchAnswer } from './site/opensearch.ts'

export interface ShareOptions {
  reader: Reader
  painter: Painter
  embedStylesheetPath: string
}

/** What is asked for, and how it is made, in the rendering of who asks (app/_words/rendering.ts). */
export interface Shared {
  /** Of the path and the parameters that count: nothing else makes another answer. */
  key: string
  make(): Promise<ShareAnswer>
}

/** Everything of this site that other sites and programs show. */
export interface Share {
  /** Nothing for the addresses of pages. `pathname`: without a language before it. */
  find(pathname: string, query: URLSearchParams): Shared | undefined
}

export function createShare({ reader, painter, embedStylesheetPath }: ShareOptions): Share {
  const cards = createCards(reader, painter)

  function make(pathname: string, query: URLSearchParams): [make: Shared['make'], ...kept: string[]] | undefined {
    const feed = parseFeedAddress(pathname)
    if (feed !== undefined) return [() => feedAnswer(reader, feed, query), 'users', 'q', 'cursor']
    const card = parseCardPath(pathname)
    if (card !== undefined) return [() => cards.answer(card.about, card.hash)]
    if (pathname === '/oembed') {
      return [() => oembedAnswer(reader, query), 'url', 'format', 'maxwidth', 'maxheight']
    }
    if (pathname === '/opensearch.xml') return [async () => openSearchAnswer()]
    if (pathname === '/site.webmanifest') return [async () => manifestAnswer()]
    const embedded = pathname.startsWith('/embed/') ? parseEmbedSubject(pathname.slice('/embed'.length)) : undefined
    if (embedded === undefined) return undefined
    const frame = { stylesheetPath: embedStylesheetPath, theme: themeOf(query.get('theme')) }
    return [() => embedAnswer(reader, embedded, frame), 'theme']
  }

  return {
    find(pathname, query) {
      const [made, ...names] = make(pathname, query) ?? []
      if (made === undefined) return undefined
      const kept = new URLSearchParams(
        names.flatMap((name) =>
          query
            .getAll(name)
            .slice(0, 1)
            .map((value) => [name, value]),
        ),
      )
      return { key: `${pathname}?${kept}`, make: made }
    },
  }
}

function themeOf(text: string | null): EmbedTheme | undefined {
  return text === 'light' || text === 'dark' ? text : undefined
}
