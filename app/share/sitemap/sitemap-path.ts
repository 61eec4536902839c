import { parseUsername } from '../../../node/protocol/username.ts'

/** The files of the sitemap. */
export type SitemapPart =
  | { kind: 'index' }
  | { kind: 'pages' }
  | { kind: 'hashtags' }
  | { kind: 'users' | 'posts'; from: string; to: string }
  /** Posts of one user from this number on. */
  | { kind: 'numbers'; username: string; k: number }

export function sitemapPath(part: SitemapPart): string {
  switch (part.kind) {
    case 'index':
      return '/sitemap.xml'
    case 'pages':
    case 'hashtags':
      return `/sitemap/${part.kind}.xml`
    case 'users':
    case 'posts':
      return `/sitemap/${part.kind}/${part.from}-${part.to}.xml`
    case 'numbers':
      return `/sitemap/posts/@${part.username}-${part.k}.xml`
  }
}

export function parseSitemapPath(pathname: string): SitemapPart | undefined {
  if (pathname === '/sitemap.xml') return { kind: 'index' }
  const plain = /^\/sitemap\/(pages|hashtags)\.xml$/.exec(pathname)?.[1]
  if (plain === 'pages' || plain === 'hashtags') return { kind: plain }
  const [, kind, first = '', second = ''] = /^\/sitemap\/(users|posts)\/([^/-]+)-([^/-]+)\.xml$/.exec(pathname) ?? []
  if (kind === 'posts' && first.startsWith('@')) {
    const username = parseUsername(first.slice(1))
    const isNumber = /^(0|[1-9]\d{0,8})$/.test(second)
    return username === undefined || !isNumber ? undefined : { kind: 'numbers', username, k: Number(second) }
  }
  const from = parseUsername(first)
  const to = parseUsername(second)
  if (from === undefined || to === undefined || (kind !== 'users' && kind !== 'posts')) return undefined
  return { kind, from, to }
}
