import { routePage } from './routes.ts'

/** What answers in JSON where a page answers in HTML. */
export type JsonRoute =
  | { kind: 'call'; path: string }
  | { kind: 'redirect'; location: string }
  | { kind: 'not-found' }
  | { kind: 'bad-path' }

const API = '/api/v1'
const NO_QUERY = new URLSearchParams()

/** Pages with an address of one word, and the calls that say the same. */
const PLAIN: Readonly<Record<string, string>> = {
  '/': '/posts',
  '/promoted': '/promoted',
  '/follows': '/follows',
  '/status': '/status',
  '/search': '/search',
  '/trends': '/trends',
  '/chain': '/chain',
  '/stats': '/stats/days',
  '/transparency': '/transparency',
}

const KINDS: Readonly<Record<string, string>> = {
  posts: 'post',
  replies: 'reply',
  retwists: 'retwist',
  favourites: 'favourite',
}

/** `pathname`: of a page. The parameters are those of the call. */
export function routeJson(pathname: string, query: URLSearchParams): JsonRoute {
  const thread = /^(\/@[^/]+\/\d+)\/thread$/.exec(pathname)
  const route = routePage(thread?.[1] ?? pathname, NO_QUERY)
  switch (route.kind) {
    case 'bad-path':
      return route
    case 'redirect':
      return { kind: 'redirect', location: withQuery(`${route.location}${thread ? '/thread' : ''}.json`, query) }
    case 'page': {
      const path = callOfPage(route.path, query)
      return path === undefined ? { kind: 'not-found' } : { kind: 'call', path: thread ? `${path}/thread` : path }
    }
    case 'not-found': {
      const call = PLAIN[pathname]
      return call === undefined ? route : { kind: 'call', path: withQuery(API + call, query) }
    }
  }
}

/** Where the JSON beside a page is. */
export function jsonAddress(pathname: string, query: string): string {
  return `${pathname === '/' ? '/index' : pathname}.json${query}`
}

/** The page beside an address that ends in .json; nothing for another one. */
export function pageOfJsonAddress(pathname: string): string | undefined {
  if (!pathname.endsWith('.json')) return undefined
  return pathname === '/index.json' ? '/' : pathname.slice(0, -'.json'.length)
}

/** `innerPath`: of routes.ts. */
function callOfPage(innerPath: string, query: URLSearchParams): string | undefined {
  const [first, second = '', third, fourth] = innerPath.split('/').filter(Boolean)
  if (first === 'user') return callOfUser(second, third, query)
  if (first === 'post') return callOfPost(`${API}/posts/${second}/${third}`, fourth, query)
  if (first === 'hashtag') return withQuery(`${API}/hashtags/${second}`, query)
  if (first === 'block') return withQuery(`${API}/blocks/${second}`, query)
  if (first === 'twist') return withQuery(`${API}/twist/${second}`, query)
  if (first === 'names') return callOfNames(query)
  const call = PLAIN[innerPath]
  return call === undefined ? undefined : withQuery(API + call, query)
}

/** The page of a post puts the replies in an order of the reader's choice, and has a view that is for reading alone. */
function callOfPost(post: string, list: string | undefined, query: URLSearchParams): string | undefined {
  if (list === 'read') return undefined
  const parameters = new URLSearchParams(query)
  if (list === undefined) parameters.delete('order')
  return withQuery(list === undefined ? post : `${post}/${list}`, parameters)
}

function callOfUser(username: string, list: string | undefined, query: URLSearchParams): string {
  const user = `${API}/users/${username}`
  if (list === undefined) return withQuery(user, query)
  if (list === 'missing') return withQuery(`${user}/completeness`, query)
  const kind = KINDS[list]
  if (kind === undefined) return withQuery(`${user}/${list}`, query)
  const parameters = new URLSearchParams(query)
  parameters.set('kind', kind)
  return withQuery(`${user}/posts`, parameters)
}

/** The page has one list of those who wrote or are followed, which are users, and one of all names on the chain. */
function callOfNames(query: URLSearchParams): string {
  const parameters = new URLSearchParams(query)
  const sort = query.get('sort') ?? (query.has('prefix') ? 'a-z' : 'active')
  parameters.set('sort', sort)
  return withQuery(`${API}/${sort === 'active' || sort === 'followed' ? 'users' : 'names'}`, parameters)
}

function withQuery(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query}`
}
