/** The words under which the writer of a text files it in the DHT. */
export interface DispatchedTags {
  readonly hashtags: string[]
  readonly mentions: string[]
}

/** One dispatched word and where its sign stands in the text. */
export interface DispatchedWord {
  readonly sign: '#' | '@'
  readonly word: string
  readonly offset: number
}

// "Split msg at any of: space, \n, \t, . , : / ? ! ; ' " ( ) [ ] { } *" (§5.6, twister.cpp:86).
const TOKEN = /[^ \n\t.,:/?!;'"()[\]{}*]+/g

/**
 * Hashtags and mentions as the reference's writer dispatches them (twister.cpp:1295-1330), each once, in order. The
 * display rules of the web client differ: see text-tokens.ts. A mention need not be a valid username.
 */
export function dispatchedTags(text: string): DispatchedTags {
  const words = dispatchedWords(text)
  const of = (sign: '#' | '@'): string[] => [...new Set(words.flatMap((word) => (word.sign === sign ? word.word : [])))]
  return { hashtags: of('#'), mentions: of('@') }
}

export function dispatchedWords(text: string): DispatchedWord[] {
  return [...text.matchAll(TOKEN)].flatMap(({ 0: token, index }) => wordsOfToken(token, index))
}

// "A token of >= 2 bytes starting with #/@: drop the first char, lower-case, then split at further occurrences of the
// same sign; each non-empty part" (§5.6).
function wordsOfToken(token: string, tokenOffset: number): DispatchedWord[] {
  const [sign] = token
  if (sign !== '#' && sign !== '@') return []
  let offset = tokenOffset - 1
  const words: DispatchedWord[] = []
  for (const part of token.split(sign)) {
    if (part !== '') words.push({ sign, word: part.toLowerCase(), offset })
    offset += part.length + 1
  }
  return words
}
