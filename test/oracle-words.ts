import { dispatchedTags } from '../node/protocol/dispatch.ts'
import { type TextToken, tokenizeText } from '../node/protocol/text-tokens.ts'
import { parseTwistUri } from '../node/protocol/twist-uri.ts'
import { storable } from './oracle-posts.ts'

/** As the writer dispatches them (§5.6), and as readers see them linked (§7.4). */
export function hashtagsIn(text: string): string[] {
  const linked = tokensIn(text).flatMap((token) => (token.kind === 'hashtag' ? [token.tag] : []))
  return indexable([...dispatchedTags(text).hashtags, ...linked])
}

export function mentionsIn(text: string): string[] {
  const linked = tokensIn(text).flatMap((token) => (token.kind === 'mention' ? [token.username] : []))
  return indexable([...dispatchedTags(text).mentions, ...linked])
}

/** "twist: + base64( uint32 LE uid ‖ uint32 LE k )" (§5.7), each once. */
export function twistLinksIn(text: string): { link: string; uid: number; k: number }[] {
  const links = new Set(tokensIn(text).flatMap((token) => (token.kind === 'twistLink' ? [token.uri] : [])))
  return [...links].flatMap((link) => {
    const uri = parseTwistUri(link)
    return uri === undefined || uri.k > 0x7fffffff ? [] : [{ link, ...uri }]
  })
}

function tokensIn(text: string): TextToken[] {
  const inside = (token: TextToken): TextToken[] => [
    token,
    ...('children' in token ? (token.children ?? []).flatMap(inside) : []),
  ]
  return tokenizeText(text).flatMap(inside)
}

function indexable(words: readonly string[]): string[] {
  return [...new Set(words.map(storable))].filter(isIndexable)
}

function isIndexable(word: string): boolean {
  return Buffer.byteLength(word) <= 255
}
