import { dispatchedWords } from './dispatch.ts'
import { MAX_TEXT_CHARACTERS } from './limits.ts'
import { type Atom, type Cell, isWhite, sourceOf, type TextToken, tokensOf } from './text-cells.ts'
import { markCells } from './text-marks.ts'
import { parseUrl } from './url.ts'
import { parseUsername } from './username.ts'

export type { TextToken }

const PUNCTUATION = '\\*~_-`.,:;?!%\'"[](){}^|«»…“”—\u4e00。，：？！【】⁇⁈⁉'
// quirk: the web client's list has 一 (one, U+4E00) among its dashes.
/** "trailing punctuation of the list (except /)" (§7.4-4). */
const TRAILING_URL = new Set(PUNCTUATION)
const TRAILING = new Set(`/${PUNCTUATION}`)
/** "until one of > / \ . , : ; ? ! % …" (§7.4-8), and # here: `#a#b` is filed under a and b. */
const HASHTAG_STOPS = new Set('#>/\\.,:;?!%\'"[](){}^|«»…“”—\u4e00。，：？！【】⁇⁈⁉<')
// Ours: angle brackets and writing-direction controls end a URL, so that it cannot be shown as another one.
const URL_STOPS = new Set('<>\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069')
const MENTION_CHARACTER = /^[A-Za-z0-9_]$/
const TWIST_URI = /^twist:([A-Za-z0-9+/]{11}=)/i
const EMAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[\p{L}\p{N}-]+\.)*[\p{L}\p{N}-]+$/u
const PART = /\(([0-9]{1,2})\/([0-9]{1,2})\)$/

/**
 * A text by the display rules of the web client (§7.4, twister_formatpost.js:295-783), in their order. Every pass is
 * linear; nesting ends by itself, since each kind of mark is looked for once.
 */
export function tokenizeText(text: string): TextToken[] {
  if (text.length > MAX_TEXT_CHARACTERS) return [{ kind: 'text', text }]
  const linked = withLinks(withCode(text))
  return tokensOf(markCells(withPart(withHashtags(withMentions(withEmails(linked)), text))))
}

/** "`code` → samp, backslash escapes the back-tick; no other markup inside" (§7.4-2). */
function withCode(text: string): Cell[] {
  const out: Cell[] = []
  let from = 0
  for (let open = text.indexOf('`'); open !== -1; open = text.indexOf('`', from)) {
    const close = closingBacktick(text, open + 1)
    // All later back-ticks are escaped, so none of them can open anything either.
    if (close === undefined) break
    out.push(...units(text.slice(from, open)))
    const code = text.slice(open + 1, close).replaceAll('\\`', '`')
    out.push({
      token: code === '' ? { kind: 'text', text: '' } : { kind: 'code', text: code },
      source: text.slice(open, close + 1),
    })
    from = close + 1
  }
  out.push(...units(text.slice(from)))
  return out
}

function closingBacktick(text: string, from: number): number | undefined {
  for (let index = from; index < text.length; index++) {
    if (text[index] === '`') return index
    if (text[index] === '\\') index++
  }
  return undefined
}

/** Named links, bare http(s) links and twist: links, from left to right (§7.4-3 to 5). */
function withLinks(cells: readonly Cell[]): Cell[] {
  const out: Cell[] = []
  const openBrackets: number[] = []
  let refusedTo = 0
  const lastClose = cells.lastIndexOf(')')
  let index = 0
  while (index < cells.length) {
    const cell = cells[index] ?? ''
    if (cell === '[') openBrackets.push(out.length)
    const isName = cell === ']' && cells[index + 1] === '(' && index < lastClose
    const named = isName ? namedLink(out, openBrackets.at(-1), cells, index + 2) : undefined
    const found = named ?? twistLink(cells, index) ?? (index < refusedTo ? undefined : bareLink(cells, index))
    // What is refused is not looked into again: it reaches "up to white space", and so do all that begin in it.
    if (found !== undefined && found.atom === undefined) refusedTo = found.end
    if (named !== undefined) out.length = openBrackets.pop() ?? 0
    out.push(found?.atom ?? cell)
    index = found?.atom === undefined ? index + 1 : found.end
  }
  return out
}

interface Found {
  readonly atom: Atom
  readonly end: number
}

/**
 * "[text](target): only the first word of target; quotes/white space trimmed; target checked by isUriSuspicious; markup
 * allowed in text" (§7.4-3). Whatever is not http, https or twist: stays as it was written, suspicious or not.
 */
function namedLink(
  before: readonly Cell[],
  open: number | undefined,
  cells: readonly Cell[],
  from: number,
): Found | undefined {
  const close = cells.indexOf(')', from)
  const target = cells.slice(from, close)
  const word = sourceOf(target)
    .split(/['"\s\u180e\u200b]+/)
    .find((part) => part !== '')
  if (open === undefined || open === before.length - 1 || word === undefined) return undefined
  const name = before.slice(open + 1)
  const source = `[${sourceOf(name)}](${sourceOf(target)})`
  const children = tokensOf(markCells(name.map(withoutLink)))
  const uri = twistUriAt(word)
  if (uri !== undefined) return { atom: { token: { kind: 'twistLink', uri, children }, source }, end: close + 1 }
  const isLink = isHttpUrl(word) && target.every((cell) => typeof cell === 'string')
  const token: TextToken = isLink ? { kind: 'link', url: word, children } : { kind: 'text', text: source }
  return { atom: { token, source }, end: close + 1 }
}

/** "twist: + 11 base64 chars + =" (§7.4-5). */
function twistLink(cells: readonly Cell[], index: number): Found | undefined {
  if (!beginsWith(cells, index, 'twist:')) return undefined
  const source = sourceOf(cells.slice(index, index + 18))
  const uri = twistUriAt(source)
  return uri === undefined ? undefined : { atom: { token: { kind: 'twistLink', uri }, source }, end: index + 18 }
}

/** "bare http:// / https:// (case-insensitive) up to white space" (§7.4-4). Without an atom: what is no link of ours. */
function bareLink(cells: readonly Cell[], index: number): { readonly atom?: Atom; readonly end: number } | undefined {
  const scheme = ['http://', 'https://'].find((text) => beginsWith(cells, index, text))
  if (scheme === undefined) return undefined
  const first = index + scheme.length
  const end = endOf(cells, first, (cell) => isWhite(cell) || URL_STOPS.has(cell), TRAILING_URL)
  const url = sourceOf(cells.slice(index, end))
  return end > first && isHttpUrl(url) ? { atom: { token: { kind: 'link', url }, source: url }, end } : { end }
}

// Ours: user and password in a URL serve to show one host and lead to another.
function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\/./i.test(text) || [...text].some((character) => URL_STOPS.has(character))) return false
  const url = parseUrl(text)
  return url !== undefined && url.username === '' && url.password === ''
}

function twistUriAt(text: string): string | undefined {
  const [, code] = TWIST_URI.exec(text) ?? []
  return code && `twist:${code}`
}

/** "x@y with non-punctuation on both sides" (§7.4-6). What has that form but is no address stays text, as a whole. */
function withEmails(cells: readonly Cell[]): Cell[] {
  const out: Cell[] = []
  let index = 0
  while (index < cells.length) {
    const cell = cells[index] ?? ''
    const before = out.at(-1)
    const isInside = cell === '@' && typeof before === 'string' && !isWhite(before) && !TRAILING.has(before)
    const end = isInside ? endOf(cells, index + 1, isWhite, TRAILING) : index
    if (end > index + 1) out.push(...emailOf(out.splice(startOf(out)), cells.slice(index, end)))
    else out.push(cell)
    index = Math.max(end, index + 1)
  }
  return out
}

function emailOf(local: readonly Cell[], domain: readonly Cell[]): readonly Cell[] {
  const cells = [...local, ...domain]
  // Ours: `@bob@carol` and `#tag@bob` are mentions and a hashtag, not addresses.
  if (cells[0] === '@' || cells[0] === '#') return cells
  const source = sourceOf(cells)
  return [{ token: EMAIL.test(source) ? { kind: 'email', address: source } : { kind: 'text', text: source }, source }]
}

/** "@ + [a-z0-9_]+ case-insensitive, lower-cased, any position left after 3-6" (§7.4-7). */
function withMentions(cells: readonly Cell[]): Cell[] {
  return replaceFrom(cells, '@', (index) => {
    let end = index + 1
    while (isMentionCharacter(cells[end])) end++
    const source = sourceOf(cells.slice(index, end))
    const username = parseUsername(source.slice(1).toLowerCase())
    return username && { atom: { token: { kind: 'mention', username }, source }, end }
  })
}

/**
 * "# + not #/space, until one of the stops or white space; then trailing * ~ _ - ` … stripped" (§7.4-8). "A reader that
 * links a hashtag SHOULD try the dispatched form": where the writer's client has filed the post, `tag` is that word.
 */
function withHashtags(cells: readonly Cell[], text: string): Cell[] {
  const dispatched = new Map<number, string>()
  for (const { sign, word, offset } of dispatchedWords(text)) if (sign === '#') dispatched.set(offset, word)
  const offsets = offsetsOf(cells)
  return replaceFrom(cells, '#', (index) => {
    const isTag = cells[index + 1] !== '#'
    const end = isTag ? endOf(cells, index + 1, (cell) => isWhite(cell) || HASHTAG_STOPS.has(cell), TRAILING) : index
    if (end <= index + 1) return undefined
    const shown = sourceOf(cells.slice(index + 1, end))
    const tag = dispatched.get(offsets[index] ?? -1) ?? shown.toLowerCase()
    return { atom: { token: { kind: 'hashtag', tag, text: shown }, source: `#${shown}` }, end }
  })
}

/** "(n/m) at the end, n,m 1–2 digits → part counter" (§7.4-10). */
function withPart(cells: readonly Cell[]): Cell[] {
  const [source, number, count] =
    PART.exec(
      cells
        .slice(-7)
        .map((cell) => (typeof cell === 'string' ? cell : ' '))
        .join(''),
    ) ?? []
  if (source === undefined) return [...cells]
  const token: TextToken = { kind: 'part', text: source, number: Number(number), count: Number(count) }
  return [...cells.slice(0, -source.length), { token, source }]
}

function units(text: string): string[] {
  return text.split('')
}

function offsetsOf(cells: readonly Cell[]): number[] {
  let offset = 0
  return cells.map((cell) => {
    const start = offset
    offset += typeof cell === 'string' ? 1 : cell.source.length
    return start
  })
}

// A link cannot hold another.
function withoutLink(cell: Cell): Cell {
  if (typeof cell === 'string' || (cell.token.kind !== 'link' && cell.token.kind !== 'twistLink')) return cell
  return { token: { kind: 'text', text: cell.source }, source: cell.source }
}

function beginsWith(cells: readonly Cell[], index: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const cell = cells[index + at]
    if (typeof cell !== 'string' || cell.toLowerCase() !== text[at]) return false
  }
  return true
}

function isMentionCharacter(cell: Cell | undefined): boolean {
  return typeof cell === 'string' && MENTION_CHARACTER.test(cell)
}

/** End of a run of characters that begins at `from`: before the first stop or atom, trailing ones taken off. */
function endOf(
  cells: readonly Cell[],
  from: number,
  isStop: (cell: string) => boolean,
  trailing: ReadonlySet<string>,
): number {
  let end = from
  for (let cell = cells[end]; typeof cell === 'string' && !isStop(cell); cell = cells[end]) end++
  for (let last = cells[end - 1]; end > from && typeof last === 'string' && trailing.has(last); last = cells[end - 1])
    end--
  return end
}

/** Start of the run of characters at the end of `cells`: after the last white space or atom, leading ones taken off. */
function startOf(cells: readonly Cell[]): number {
  let start = cells.length
  for (let cell = cells[start - 1]; typeof cell === 'string' && !isWhite(cell); cell = cells[start - 1]) start--
  for (let cell = cells[start]; typeof cell === 'string' && TRAILING.has(cell); cell = cells[start]) start++
  return start
}

function replaceFrom(cells: readonly Cell[], sign: string, find: (index: number) => Found | undefined): Cell[] {
  const out: Cell[] = []
  let index = 0
  while (index < cells.length) {
    const cell = cells[index] ?? ''
    const found = cell === sign ? find(index) : undefined
    out.push(found?.atom ?? cell)
    index = found?.end ?? index + 1
  }
  return out
}
