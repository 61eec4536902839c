import type { Username } from './username.ts'

/** What a text is shown as: never HTML, and never a link to anything but http and https. */
export type TextToken =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'linebreak' }
  | { readonly kind: 'code'; readonly text: string }
  /** `children` when the writer gave it a name of their own: [name](url). */
  | { readonly kind: 'link'; readonly url: string; readonly children?: readonly TextToken[] }
  | { readonly kind: 'mention'; readonly username: Username }
  /** `text` is what is shown after the #, `tag` the word it is filed under. */
  | { readonly kind: 'hashtag'; readonly tag: string; readonly text: string }
  | { readonly kind: 'twistLink'; readonly uri: string; readonly children?: readonly TextToken[] }
  | { readonly kind: 'email'; readonly address: string }
  | { readonly kind: 'bold' | 'italic' | 'underline' | 'strike'; readonly children: readonly TextToken[] }
  /** Counter of a long text in several posts: "(2/3)". */
  | { readonly kind: 'part'; readonly text: string; readonly number: number; readonly count: number }

/** A finished token in the row of characters; `source` is the text it stands for. */
export interface Atom {
  readonly token: TextToken
  readonly source: string
}

/** One UTF-16 unit of the text, or what some of them have become. */
export type Cell = string | Atom

/** Runs of characters become text, newlines line breaks (§7.4-11). */
export function tokensOf(cells: readonly Cell[]): TextToken[] {
  const tokens: TextToken[] = []
  const addText = (text: string): void => {
    const last = tokens.at(-1)
    if (last?.kind === 'text') tokens[tokens.length - 1] = { kind: 'text', text: last.text + text }
    else if (text !== '') tokens.push({ kind: 'text', text })
  }
  for (const cell of cells) {
    if (cell === '\n') tokens.push({ kind: 'linebreak' })
    else if (typeof cell === 'string') addText(cell)
    else if (cell.token.kind === 'text') addText(cell.token.text)
    else tokens.push(cell.token)
  }
  return tokens
}

export function sourceOf(cells: readonly Cell[]): string {
  return cells.map((cell) => (typeof cell === 'string' ? cell : cell.source)).join('')
}

/** White space, of Unicode's and the two that JavaScript leaves out, but the web client does not. */
const WHITE = new Set(
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\u180e\u200b',
)

// A set, since every character of every post on a page is asked about several times.
export function isWhite(cell: string): boolean {
  return WHITE.has(cell)
}
