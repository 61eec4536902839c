import { type TextToken, tokenizeText } from '../../../node/protocol/text-tokens.ts'
import { calmText } from '../../_lib/names.ts'
import { xmlText } from '../xml.ts'
import { type EmojiPart, emojiLanguage, partOfEmoji } from './emoji.ts'

/** Controls that draw nothing, and spaces without width beyond those that join letters. */
const UNSEEN = /[\p{Cc}\p{Co}\p{Cs}\u115f\u1160\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/gu
const ACCENT = '#0a6792'

/** A user's text as the drawing library takes it: its markup is ours alone, the user's is text. */
export function cardMarkup(text: string, emoji: readonly EmojiPart[]): string {
  const inline = (piece: string) => plainPiece(piece, emoji)
  return markupOf(tokenizeText(seen(text)), inline)
}

export function plainMarkup(text: string, emoji: readonly EmojiPart[]): string {
  return plainPiece(seen(text), emoji)
}

type Inline = (text: string) => string

// The flag is of ES2024, which the runtime knows and the project's target does not.
const SETS_OF_STRINGS = 'v'
const EMOJI = new RegExp('(\\p{RGI_Emoji})', SETS_OF_STRINGS)

function plainPiece(text: string, emoji: readonly EmojiPart[]): string {
  return text
    .split(EMOJI)
    .map((piece, at) => {
      const part = at % 2 === 1 ? partOfEmoji(piece, emoji) : undefined
      return part === undefined ? xmlText(piece) : `<span lang="${emojiLanguage(part)}">${xmlText(piece)}</span>`
    })
    .join('')
}

/** Composed, and without what cannot be seen; two lines may be empty in a row. */
function seen(text: string): string {
  return calmText(text)
    .normalize('NFC')
    .replace(/\t/g, ' ')
    .replace(UNSEEN, (sign) => (sign === '\n' ? sign : ''))
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const TAGS = { bold: 'b', italic: 'i', underline: 'u', strike: 's' } as const

function markupOf(tokens: readonly TextToken[], inline: Inline): string {
  return tokens.map((token) => markup(token, inline)).join('')
}

function markup(token: TextToken, inline: Inline): string {
  switch (token.kind) {
    case 'linebreak':
      return '\n'
    case 'text':
    case 'code':
    case 'part':
      return inline(token.text)
    case 'mention':
      return accent(inline(`@${token.username}`))
    case 'hashtag':
      return accent(inline(`#${token.text}`))
    case 'email':
      return accent(inline(token.address))
    case 'link':
      return accent(token.children === undefined ? inline(shortUrl(token.url)) : markupOf(token.children, inline))
    case 'twistLink':
      return accent(token.children === undefined ? inline(token.uri) : markupOf(token.children, inline))
    case 'bold':
    case 'italic':
    case 'underline':
    case 'strike':
      return `<${TAGS[token.kind]}>${markupOf(token.children, inline)}</${TAGS[token.kind]}>`
  }
}

function accent(markup: string): string {
  return `<span foreground="${ACCENT}">${markup}</span>`
}

const MAX_URL = 60

function shortUrl(url: string): string {
  const shown = url.replace(/^https?:\/\//i, '').replace(/\/$/, '')
  return shown.length > MAX_URL ? `${shown.slice(0, MAX_URL - 1)}…` : shown
}

const STRONG_RIGHT = /[\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}\p{sc=Adlam}]/u

/** By its first letter (Unicode's bidirectional algorithm, P2 and P3). */
export function isRightToLeft(text: string): boolean {
  const first = /\p{L}/u.exec(text)?.[0]
  return first !== undefined && STRONG_RIGHT.test(first)
}

/** Han characters look differently in each country: what else a text is written with tells which it is. */
export function cjkFamilies(text: string): string {
  const jp = 'Noto Sans JP Thin'
  const sc = 'Noto Sans SC Thin'
  const kr = 'Noto Sans KR Thin'
  if (/[\u3040-\u30ff]/.test(text)) return [jp, kr, sc].join(',')
  if (/[\u1100-\u11ff\uac00-\ud7af]/.test(text)) return [kr, sc, jp].join(',')
  return [sc, jp, kr].join(',')
}

/** Their fonts have tall lines by themselves. */
export function hasTallLines(text: string): boolean {
  return /[\p{sc=Arabic}\p{sc=Thai}\p{sc=Devanagari}]/u.test(text)
}
