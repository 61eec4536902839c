import { factsOf } from '../../_words/languages.ts'
import { currentRendering } from '../../_words/rendering.ts'
import { words } from '../../_words/words.ts'
import { DAY_CACHE, type ShareAnswer } from '../share-answer.ts'
import { ICONS } from './icons.ts'

/** The web application manifest: how this site stands among a reader's programs, and that it opens web+twister: links. */
export function manifestAnswer(): ShareAnswer {
  const { tag, direction } = factsOf(currentRendering().language)
  const manifest = {
    id: '/',
    name: 'Windsock',
    short_name: 'Windsock',
    description: words('site.description'),
    lang: tag,
    dir: direction,
    start_url: '/',
    scope: '/',
    display: 'minimal-ui',
    theme_color: '#0a6792',
    background_color: '#ffffff',
    icons: [
      { src: '/icon.svg', type: 'image/svg+xml', sizes: 'any', purpose: 'any' },
      ...ICONS.filter(({ side }) => side >= 192).map(({ path, side, purpose }) => ({
        src: path,
        type: 'image/png',
        sizes: `${side}x${side}`,
        purpose,
      })),
    ],
    protocol_handlers: [{ protocol: 'web+twister', url: '/open?uri=%s' }],
  }
  const headers = { 'content-type': 'application/manifest+json; charset=utf-8', 'cache-control': DAY_CACHE }
  return { status: 200, headers, body: JSON.stringify(manifest) }
}
