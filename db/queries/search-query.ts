import { parseUsername, type Username } from '../../node/protocol/username.ts'
import { placedWords } from '../search-words.ts'
import { parseDate } from './search-date.ts'

/** What a search asks for, and what of its text was not understood. Any text is a query: nothing throws. */
export interface SearchQuery {
  /** All of them must hold. */
  terms: SearchTerm[]
  /** sort_time from and before, in unix seconds. */
  since?: number
  before?: number
  ignored: IgnoredPart[]
}

export type SearchTerm = { isNot: boolean } & SearchWish

type SearchWish =
  /** One word, or several that follow each other. */
  | { kind: 'text'; text: string }
  | { kind: 'from' | 'to' | 'mention'; username: Username }
  | { kind: 'tag'; tag: string }
  /** ISO 639; und: cannot be told. */
  | { kind: 'lang'; lang: string }
  | { kind: 'link' | 'reply' | 'retwist' }

export interface IgnoredPart {
  text: string
  code: 'too-long' | 'too-many' | 'no-name' | 'no-date' | 'no-language' | 'no-such-value' | 'no-word' | 'or'
}

export const MAX_QUERY_CHARACTERS = 400
const MAX_TERMS = 20
const MAX_IGNORED = 10
const MAX_IGNORED_CHARACTERS = 60

/** A sign, a field, and a quoted text or all up to white space. Every alternative begins with what no other takes. */
const PART = /([-−–]*)(?:([a-z]{2,10})[:：](?=[^\s/]))?(?:["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+))/giu
/** PostgreSQL's text cannot hold U+0000; the others are halves of a character. */
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

export function parseSearchQuery(text: string): SearchQuery {
  const query: SearchQuery = { terms: [], ignored: [] }
  const kept = text.slice(0, MAX_QUERY_CHARACTERS).replace(UNSTORABLE, ' ')
  if (text.length > MAX_QUERY_CHARACTERS) ignore(query, text.slice(MAX_QUERY_CHARACTERS), 'too-long')
  for (const [source, minus = '', field = '', quoted, bare = ''] of kept.matchAll(PART)) {
    const part: Part = { isNot: minus !== '', field: field.toLowerCase(), value: quoted ?? bare }
    const reading = field !== '' ? readField(part) : quoted === undefined ? readBare(bare) : readText(quoted)
    if (typeof reading === 'string') ignore(query, source, reading)
    else if ('time' in reading) narrow(query, reading)
    else for (const wish of reading) add(query, source, { isNot: part.isNot, ...wish })
  }
  return query
}

interface Part {
  isNot: boolean
  field: string
  value: string
}

/** What a part asks for, which may be nothing; or why it is ignored. */
type Reading = readonly SearchWish[] | TimeBound | IgnoredPart['code']

interface TimeBound {
  bound: 'since' | 'before'
  time: number
}

/** @name, #tag, or a word. */
function readBare(value: string): Reading {
  if (value === 'OR' || value === '|' || value === '||') return 'or'
  if (value === 'AND' || value === '&&') return []
  if (/^[#＃]./u.test(value)) return readTags(value)
  const name = /^[@＠]([a-z0-9_]+)[.,:;!?)]*$/iu.exec(value)?.[1]
  return name === undefined ? readText(value) : readName('mention', name)
}

function readField(part: Part): Reading {
  const { field, value } = part
  if (['from', 'by', 'author', 'user'].includes(field)) return readName('from', value)
  if (['mention', 'mentions'].includes(field)) return readName('mention', value)
  if (field === 'to') return readName('to', value)
  if (['tag', 'hashtag'].includes(field)) return readTags(value)
  if (['lang', 'language'].includes(field)) return readLanguage(value)
  if (['has', 'is', 'filter'].includes(field)) return readProperty(value)
  if (['since', 'after', 'until', 'before'].includes(field)) return readDate(part)
  // Nothing of ours: "re:invent" is two words.
  return readText(`${field}:${value}`)
}

function readText(text: string): Reading {
  if (placedWords(text).length > 0) return [{ kind: 'text', text }]
  // A lone sign between words is no question.
  return text.length > 2 ? 'no-word' : []
}

function readName(kind: 'from' | 'to' | 'mention', value: string): Reading {
  const username = parseUsername(value.replace(/^[@＠]/u, '').toLowerCase())
  return username === undefined ? 'no-name' : [{ kind, username }]
}

/** "#a#b" is filed under a and b, in lower case (dht-swarm-posts.md 5.6). */
function readTags(value: string): Reading {
  const tags = value
    .replace(/[.,:;!?)]+$/u, '')
    .toLowerCase()
    .split(/[#＃]/u)
    .filter((tag) => tag !== '')
  return tags.length === 0 ? 'no-word' : tags.map((tag) => ({ kind: 'tag', tag }))
}

/** "eng" is "en", "de-AT" is "de". */
function readLanguage(value: string): Reading {
  const lang = /^([a-z]{2,3})(?:[-_][a-z0-9]+)*$/i.exec(value)?.[1]
  const canonical = lang && Intl.getCanonicalLocales(lang)[0]
  return canonical === undefined || canonical === '' ? 'no-language' : [{ kind: 'lang', lang: canonical }]
}

const PROPERTIES: ReadonlyMap<string, 'link' | 'reply' | 'retwist'> = new Map([
  ['link', 'link'],
  ['links', 'link'],
  ['url', 'link'],
  ['reply', 'reply'],
  ['replies', 'reply'],
  ['rt', 'retwist'],
  ['rts', 'retwist'],
  ['retwist', 'retwist'],
  ['retwists', 'retwist'],
])

function readProperty(value: string): Reading {
  const kind = PROPERTIES.get(value.toLowerCase())
  return kind === undefined ? 'no-such-value' : [{ kind }]
}

/** Days of UTC: since: and until: hold the whole day named, after: and before: leave it out. */
function readDate({ field, value, isNot }: Part): Reading {
  const range = parseDate(value)
  if (range === undefined) return 'no-date'
  const isLower = field === 'since' || field === 'after'
  const time = field === 'since' || field === 'before' ? range.from : range.before
  return { bound: isLower === isNot ? 'before' : 'since', time }
}

function narrow(query: SearchQuery, { bound, time }: TimeBound): void {
  if (bound === 'since') query.since = Math.max(query.since ?? time, time)
  else query.before = Math.min(query.before ?? time, time)
}

function add(query: SearchQuery, source: string, term: SearchTerm): void {
  if (query.terms.length >= MAX_TERMS) ignore(query, source, 'too-many')
  else query.terms.push(term)
}

function ignore(query: SearchQuery, text: string, code: IgnoredPart['code']): void {
  if (query.ignored.length >= MAX_IGNORED) return
  query.ignored.push({ text: text.slice(0, MAX_IGNORED_CHARACTERS).replace(UNSTORABLE, ''), code })
}
