import { type TextToken, tokenizeText } from '../../node/protocol/text-tokens.ts'
import { parseUrl } from '../../node/protocol/url.ts'
import { calmText } from './names.ts'

const MAX_SHOWN_URL = 60

/** What a reader sees of a user's words: the text of the elements that _ui/user-text.tsx makes of them. */
export function shownText(text: string): string {
  return textOf(tokenizeText(calmText(text)))
}

function textOf(tokens: readonly TextToken[]): string {
  return tokens.map(textOfToken).join('')
}

function textOfToken(token: TextToken): string {
  switch (token.kind) {
    case 'text':
    case 'code':
    case 'part':
      return token.text
    case 'linebreak':
      return ''
    case 'link': {
      if (token.children === undefined) return shortUrl(token.url)
      const host = hostOf(token.url)
      return textOf(token.children) + (host === undefined ? '' : ` (${host})`)
    }
    case 'mention':
      return `@${token.username}`
    case 'hashtag':
      return `#${token.text}`
    case 'twistLink':
      return token.children === undefined ? token.uri : textOf(token.children)
    case 'email':
      return token.address
    case 'bold':
    case 'italic':
    case 'underline':
    case 'strike':
      return textOf(token.children)
  }
}

/** A link says itself where it leads, as far as there is room. */
export function shortUrl(url: string): string {
  const shown = url.replace(/^https?:\/\//i, '').replace(/\/$/, '')
  return shown.length > MAX_SHOWN_URL ? `${shown.slice(0, MAX_SHOWN_URL - 1)}…` : shown
}

export function hostOf(url: string): string | undefined {
  return parseUrl(url)?.hostname
}
