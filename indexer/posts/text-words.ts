import { utf8Encode } from '../../node/protocol/bytes.ts'
import { dispatchedTags } from '../../node/protocol/dispatch.ts'
import { MAX_INT31 } from '../../node/protocol/limits.ts'
import { type TextToken, tokenizeText } from '../../node/protocol/text-tokens.ts'
import { parseTwistUri, type TwistUri } from '../../node/protocol/twist-uri.ts'
import { storableText } from '../ingest/storable-text.ts'
import { MAX_TAG_BYTES } from '../limits.ts'

/** A #word or an @name of a text. */
export interface TextWord {
  word: string
  /** The writer files the post under it (dht-swarm-posts.md 5.6). */
  isDispatched: boolean
  /** Readers see it linked (7.4). */
  isLinked: boolean
}

export interface TextLink extends TwistUri {
  link: string
}

export interface TextWords {
  hashtags: TextWord[]
  mentions: TextWord[]
  twistLinks: TextLink[]
}

/** What stands in a text that leads elsewhere, each once. The two rules of what is a word differ, so both are kept. */
export function textWords(text: string): TextWords {
  if (!/[#@]|twist:/i.test(text)) return { hashtags: [], mentions: [], twistLinks: [] }
  const dispatched = dispatchedTags(text)
  const tokens = [...flatTokens(tokenizeText(text))]
  const linked = (kind: 'hashtag' | 'mention') =>
    tokens.flatMap((token) =>
      token.kind !== kind ? [] : [token.kind === 'hashtag' ? token.tag : (token.username as string)],
    )
  const links = tokens.flatMap((token) => (token.kind === 'twistLink' ? [token.uri] : []))
  return {
    hashtags: wordsOf(dispatched.hashtags, linked('hashtag')),
    mentions: wordsOf(dispatched.mentions, linked('mention')),
    twistLinks: [...new Set(links)].flatMap(linkOf),
  }
}

function* flatTokens(tokens: readonly TextToken[]): Generator<TextToken> {
  for (const token of tokens) {
    yield token
    if ('children' in token && token.children !== undefined) yield* flatTokens(token.children)
  }
}

/** Two words may become one on the way into PostgreSQL. */
function wordsOf(dispatched: readonly string[], linked: readonly string[]): TextWord[] {
  const [filed, seen] = [new Set(dispatched.map(storableText)), new Set(linked.map(storableText))]
  return [...new Set([...filed, ...seen])]
    .filter((word) => utf8Encode(word).length <= MAX_TAG_BYTES)
    .map((word) => ({ word, isDispatched: filed.has(word), isLinked: seen.has(word) }))
}

/** "twist: + base64( uint32 LE uid ‖ uint32 LE k )" (§5.7): no post has a number beyond 2^31−1. */
function linkOf(link: string): TextLink[] {
  const uri = parseTwistUri(link)
  return uri === undefined || uri.k > MAX_INT31 ? [] : [{ link, ...uri }]
}
