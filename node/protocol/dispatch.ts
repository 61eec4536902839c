/** The words under which the writer of a text files it in the DHT. */
export interface DispatchedTags {
  readonly hashtags: string[]
  readonly mentions: string[]
}

// "Split msg at any of: space, \n, \t, . , : / ? ! ; ' " ( ) [ ] { } *" (§5.6, twister.cpp:86).
const SEPARATORS = /[ \n\t.,:/?!;'"()[\]{}*]+/

/**
 * Hashtags and mentions as the reference's writer dispatches them (twister.cpp:1295-1330), each once, in order. The
 * display rules of the web client differ: see text-tokens.ts. A mention need not be a valid username.
 */
export function dispatchedTags(text: string): DispatchedTags {
  const hashtags = new Set<string>()
  const mentions = new Set<string>()
  for (const token of text.split(SEPARATORS)) {
    // "A token of >= 2 bytes starting with #/@: drop the first char, lower-case, then split at further occurrences of
    // the same sign; each non-empty part" (§5.6).
    if (token.startsWith('#')) addParts(token, '#', hashtags)
    else if (token.startsWith('@')) addParts(token, '@', mentions)
  }
  return { hashtags: [...hashtags], mentions: [...mentions] }
}

function addParts(token: string, sign: string, words: Set<string>): void {
  for (const part of token.toLowerCase().split(sign)) if (part !== '') words.add(part)
}
