import { parseUsername } from '../../node/protocol/username.ts'

/** What the front does with a page's path: hand an inner path to the pages, send the reader elsewhere, or refuse. */
export type Route =
  | { kind: 'page'; path: string }
  | { kind: 'redirect'; location: string }
  | { kind: 'not-found' }
  | { kind: 'bad-path' }

const USER_LISTS = new Set(['posts', 'replies', 'retwists', 'favourites', 'mentions', 'following', 'followers'])
const PLAIN_PAGES = new Set(['/', '/names', '/promoted', '/follows', '/status', '/about', '/api'])

/** Only these parameters reach a page; anything else cannot make a second copy of it in the cache. */
const PAGE_PARAMETERS = ['cursor', 'sort', 'prefix', 'users'] as const

/** Maps the address a reader uses to the page that answers it. `query` is the raw search string. */
export function routePage(pathname: string, query: URLSearchParams): Route {
  const segments = decodedSegments(pathname)
  if (segments === undefined) return { kind: 'bad-path' }
  const kept = keptQuery(query)
  const canonical = `/${segments.map(encodeSegment).join('/')}`
  const route = routeSegments(segments, canonical, kept)
  if (route.kind === 'page' && canonical !== pathname && pathname !== '/') {
    // A trailing slash or another spelling of the same path: one stable address for each page.
    const isUserPage = segments[0]?.startsWith('@')
    if (isUserPage || pathname.endsWith('/')) return { kind: 'redirect', location: canonical + kept }
  }
  return route
}

function routeSegments(segments: readonly string[], canonical: string, kept: string): Route {
  const [first = '', second, third, ...rest] = segments
  if (rest.length > 0) return { kind: 'not-found' }
  if (first.startsWith('@')) return routeUser(first.slice(1), second, third, kept)
  // Addresses of other gateways: /user/name, /post/name/K.
  if (first === 'user' && second !== undefined) return redirectToUser(second, third, kept)
  if (first === 'post' && second !== undefined && third !== undefined) return redirectToUser(second, third, kept)
  if (first === 'hashtag' && second !== undefined && third === undefined) return routeHashtag(second, kept)
  if (first === 'block' && second !== undefined && third === undefined) return routeBlock(second, kept)
  if (first === 'twist' && second !== undefined && third === undefined) {
    return { kind: 'page', path: `/twist/${encodeURIComponent(second)}` }
  }
  if (segments.length <= 1 && PLAIN_PAGES.has(canonical)) return { kind: 'page', path: canonical + kept }
  return { kind: 'not-found' }
}

function routeUser(name: string, second: string | undefined, third: string | undefined, kept: string): Route {
  const username = parseUsername(name)
  if (username === undefined) {
    const lower = parseUsername(name.toLowerCase())
    if (lower === undefined || third !== undefined) return { kind: 'not-found' }
    return { kind: 'redirect', location: `/@${lower}${second === undefined ? '' : `/${encodeSegment(second)}`}${kept}` }
  }
  if (third !== undefined) return { kind: 'not-found' }
  if (second === undefined) return { kind: 'page', path: `/user/${username}${kept}` }
  if (USER_LISTS.has(second)) return { kind: 'page', path: `/user/${username}/${second}${kept}` }
  if (!isPostNumber(second)) return { kind: 'not-found' }
  return { kind: 'page', path: `/post/${username}/${second}${kept}` }
}

function redirectToUser(name: string, rest: string | undefined, kept: string): Route {
  const username = parseUsername(name.toLowerCase())
  if (username === undefined) return { kind: 'not-found' }
  if (rest !== undefined && !USER_LISTS.has(rest) && !isPostNumber(rest)) return { kind: 'not-found' }
  return { kind: 'redirect', location: `/@${username}${rest === undefined ? '' : `/${rest}`}${kept}` }
}

function routeHashtag(tag: string, kept: string): Route {
  const lower = tag.replace(/^#/, '').toLowerCase()
  if (lower === '') return { kind: 'not-found' }
  const path = `/hashtag/${encodeSegment(lower)}${kept}`
  return lower === tag ? { kind: 'page', path } : { kind: 'redirect', location: path }
}

function routeBlock(id: string, kept: string): Route {
  const isHeight = /^(0|[1-9]\d{0,8})$/.test(id)
  if (!isHeight && !/^[0-9a-f]{64}$/.test(id)) return { kind: 'not-found' }
  return { kind: 'page', path: `/block/${id}${kept}` }
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

function keptQuery(query: URLSearchParams): string {
  const kept = new URLSearchParams()
  for (const name of PAGE_PARAMETERS) {
    const value = query.get(name)
    if (value !== null && value !== '') kept.set(name, value)
  }
  return kept.size === 0 ? '' : `?${kept}`
}
