import { createHash } from 'node:crypto'
import type { Card } from './card.ts'

/** Another look is another picture. */
const DRAWING = 1
const DIGITS = 24

export function cardHash(card: Card): string {
  return createHash('sha256')
    .update(JSON.stringify([DRAWING, card]))
    .digest('hex')
    .slice(0, DIGITS)
}

/** Where the picture of a card is: its address changes with all that is on it. */
export function cardPath(card: Card): string {
  const about = card.about === '' ? '' : `/${card.about.split('/').map(encodeURIComponent).join('/')}`
  return `/card${about}/${cardHash(card)}.png`
}

/** What a card's address says: what it is about, and which picture of it. */
export function parseCardPath(pathname: string): { about: string; hash: string } | undefined {
  const [, about = '', hash] = /^\/card(?:\/(.+))?\/([0-9a-f]{24})\.png$/.exec(pathname) ?? []
  if (hash === undefined) return undefined
  try {
    return { about: about.split('/').map(decodeURIComponent).join('/'), hash }
  } catch {
    return undefined
  }
}
