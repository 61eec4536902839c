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
  /** It holds words of the interface and whole addresses: it differs by language and host. */
  isSpoken: boolean
  make(): Promise<ShareAnswer>
}

/** Everything of this site that other sites and programs show. */
export interface Share {
  /** Nothing for the addresses of pages. `prefix`: the language before the path, as "/pt", or nothing. */
  find(pathname: string, query: URLSearchParams, prefix: string): Shared | undefined
}

/** A way to make something, and what it depends on. */
interface Making {
  /** It is given no other parameters than those named here, and none that is empty: the key says all it depends on. */
  make(query: URLSearchParams): Promise<ShareAnswer>
  isSpoken: boolean
  parameters: readonly string[]
  /** One for all spellings of the path, where there are several. */
  path?: string
}

export function createShare({ reader, painter, embedStylesheetPath }: ShareOptions): Share {
  const cards = createCards(reader, painter)

  function makingOf(pathname: string, query: URLSearchParams, prefix: string): Making | undefined {
    const feed = parseFeedAddress(pathname)
    if (feed !== undefined) {
      return {
        make: (kept) => feedAnswer(reader, { ...feed, prefix }, kept),
        isSpoken: true,
        parameters: FEED_PARAMETERS[feed.pagePath] ?? ['cursor'],
      }
    }
    const card = parseCardPath(pathname)
    if (card !== undefined) {
      const { about, hash } = card
      return { make: () => cards.answer(about, hash), isSpoken: false, parameters: [], path: `card ${hash} ${about}` }
    }
    switch (pathname) {
      case '/oembed':
        return { make: (kept) => oembedAnswer(reader, kept), isSpoken: true, parameters: OEMBED_PARAMETERS }
      case '/opensearch.xml':
        return { make: async () => openSearchAnswer(), isSpoken: true, parameters: [] }
      case '/site.webmanifest':
        return { make: async () => manifestAnswer(), isSpoken: true, parameters: [] }
    }
    const embedded = pathname.startsWith('/embed/') ? parseEmbedSubject(pathname.slice('/embed'.length)) : undefined
    if (embedded === undefined) return undefined
    const theme = themeOf(query.get('theme'))
    const frame = { stylesheetPath: embedStylesheetPath, theme }
    const parameters = theme === undefined ? [] : ['theme']
    return { make: () => embedAnswer(reader, embedded, frame), isSpoken: true, parameters }
  }

  return {
    find(pathname, query, prefix) {
      const making = makingOf(pathname, query, prefix)
      if (making === undefined) return undefined
      const kept = new URLSearchParams()
      for (const name of making.parameters) {
        const value = query.get(name)
        if (value !== null && value !== '') kept.set(name, value)
      }
      const key = `${making.path ?? pathname}?${kept}`
      return { key, isSpoken: making.isSpoken, make: () => making.make(kept) }
    },
  }
}

/** Of lists that have more than their parts, by the page that each stands beside. */
const FEED_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  '/': ['users', 'cursor'],
  '/search': ['q', 'cursor'],
}
const OEMBED_PARAMETERS = ['url', 'format', 'maxwidth', 'maxheight']

function themeOf(text: string | null): EmbedTheme | undefined {
  return text === 'light' || text === 'dark' ? text : undefined
}
