import { parseUsername, type Username } from '../../node/protocol/username.ts'
import { queryOfFields } from '../_lib/search-fields.ts'
import { pageOfUri } from '../share/open-uri.ts'

/** What the front does with a page's path: hand an inner path to the pages, send the reader elsewhere, or refuse. */
export type Route =
  | { kind: 'page'; path: string }
  | { kind: 'redirect'; location: string }
  | { kind: 'not-found' }
  | { kind: 'bad-path' }

/**
 * The parameters of each page, in the order they are kept in; anything else reaches no page and cannot make a second copy
 * of one in the cache.
 */
const PLAIN_PAGES: Readonly<Record<string, readonly string[]>> = {
  '/': ['users', 'view', 'cursor'],
  '/trends': ['at'],
  '/names': ['sort', 'prefix', 'cursor'],
  '/search': ['q', 'type', 'sort', 'cursor'],
  '/promoted': ['cursor'],
  '/follows': ['cursor'],
  '/status': [],
  '/stats': ['cursor'],
  '/chain': ['height', 'cursor'],
  '/transparency': ['cursor'],
  '/about': [],
  '/privacy': [],
  '/takedown': [],
  '/api': [],
  '/open': ['uri'],
}
const LIST_PARAMETERS = ['cursor'] as const
const HASHTAG_PARAMETERS = ['view', 'cursor'] as const
const POST_PARAMETERS = ['order'] as const
const POST_LISTS = new Set(['retwists', 'favourites'])
const USER_LISTS = new Set(['posts', 'replies', 'retwists', 'favourites', 'mentions', 'following', 'followers'])

/** Maps the address a reader uses to the page that answers it. */
export function routePage(pathname: string, query: URLSearchParams): Route {
  const opened = pathname === '/open' ? pageOfUri(query.get('uri') ?? '') : undefined
  if (opened !== undefined) return { kind: 'redirect', location: opened }
  const segments = decodedSegments(pathname)
  if (segments === undefined) return { kind: 'bad-path' }
  const canonical = `/${segments.map(encodeSegment).join('/')}`
  const asked = canonical === '/search' ? queryOfFields(query) : undefined
  if (asked !== undefined) return { kind: 'redirect', location: searchAddress(asked, query) }
  const place = placeOf(segments, canonical)
  if (place === undefined) return { kind: 'not-found' }
  const kept = keptQuery(query, place.parameters)
  if (place.address !== undefined) return { kind: 'redirect', location: place.address + kept }
  // Slashes too many or another spelling of the same path: one stable address for each page, which names it in itself.
  if (canonical !== pathname) return { kind: 'redirect', location: canonical + kept }
  return { kind: 'page', path: place.path + kept }
}

/** A sent form has more parameters than the page that it asks for. */
function searchAddress(asked: string, sent: URLSearchParams): string {
  const query = new URLSearchParams(sent)
  query.set('q', asked)
  query.delete('cursor')
  return `/search${keptQuery(query, PLAIN_PAGES['/search'] ?? [])}`
}

interface Place {
  /** Of the page below app/. */
  path: string
  parameters: readonly string[]
  /** The one to go to, where what was asked for is another spelling of it. */
  address?: string
}

function placeOf(segments: readonly string[], canonical: string): Place | undefined {
  const [first = '', second, third, ...rest] = segments
  if (rest.length > 0) return undefined
  if (first.startsWith('@')) return placeOfUser(first.slice(1), second, third)
  // Addresses of other gateways: /user/name, /post/name/K.
  if (first === 'user' && second !== undefined) return elsewhere(placeOfUser(second, third), second, third)
  if (first === 'post' && second !== undefined && third !== undefined) {
    return elsewhere(placeOfUser(second, third), second, third)
  }
  if (third !== undefined) return undefined
  if (first === 'hashtag' && second !== undefined) return placeOfHashtag(second)
  if (first === 'block' && second !== undefined && isBlockId(second))
    return { path: `/block/${second}`, parameters: [] }
  if (first === 'twist' && second !== undefined) return { path: `/twist/${encodeURIComponent(second)}`, parameters: [] }
  const parameters = Object.hasOwn(PLAIN_PAGES, canonical) ? PLAIN_PAGES[canonical] : undefined
  return parameters === undefined ? undefined : { path: canonical, parameters }
}

function placeOfUser(name: string, second?: string, third?: string): Place | undefined {
  const username = parseUsername(name.toLowerCase())
  if (username === undefined) return undefined
  const place = third === undefined ? placeBelowUser(username, second) : placeBelowPost(username, second, third)
  return place === undefined || username === name ? place : elsewhere(place, username, second, third)
}

function placeBelowPost(username: Username, k: string | undefined, third: string): Place | undefined {
  if (k === undefined || !isPostNumber(k)) return undefined
  const path = `/post/${username}/${k}/${third}`
  if (third === 'read') return { path, parameters: [] }
  return POST_LISTS.has(third) ? { path, parameters: LIST_PARAMETERS } : undefined
}

function placeBelowUser(username: Username, second: string | undefined): Place | undefined {
  if (second === undefined) return { path: `/user/${username}`, parameters: LIST_PARAMETERS }
  if (USER_LISTS.has(second)) return { path: `/user/${username}/${second}`, parameters: LIST_PARAMETERS }
  if (second === 'missing') return { path: `/user/${username}/missing`, parameters: ['below'] }
  if (!isPostNumber(second)) return undefined
  return { path: `/post/${username}/${second}`, parameters: POST_PARAMETERS }
}

function elsewhere(place: Place | undefined, name: string, ...rest: (string | undefined)[]): Place | undefined {
  const segments = rest.filter((segment) => segment !== undefined)
  return place && { ...place, address: ['', `@${name.toLowerCase()}`, ...segments].join('/') }
}

function placeOfHashtag(tag: string): Place | undefined {
  const lower = tag.replace(/^#/, '').toLowerCase()
  if (lower === '') return undefined
  const path = `/hashtag/${encodeSegment(lower)}`
  return { path, parameters: HASHTAG_PARAMETERS, address: lower === tag ? undefined : path }
}

function isBlockId(id: string): boolean {
  return /^(0|[1-9]\d{0,8})$/.test(id) || /^[0-9a-f]{64}$/.test(id)
}

function isPostNumber(text: string): boolean {
  return /^(0|[1-9]\d{0,8})$/.test(text)
}

function decodedSegments(pathname: string): string[] | undefined {
  try {
    return pathname.split('/').filter(Boolean).map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** Percent-encoding of a path segment that leaves `@` readable. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%40', '@')
}

function keptQuery(query: URLSearchParams, parameters: readonly string[]): string {
  const kept = new URLSearchParams()
  for (const name of parameters) {
    const value = query.get(name)
    if (value !== null && value !== '') kept.set(name, value)
  }
  return kept.size === 0 ? '' : `?${kept}`
}
