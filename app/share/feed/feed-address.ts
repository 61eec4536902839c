/** The formats of a feed, as its address ends. */
export const FEED_FORMATS = ['atom', 'rss', 'feed.json'] as const
export type FeedFormat = (typeof FEED_FORMATS)[number]

export interface FeedAddress {
  format: FeedFormat
  /** Of the page that the feed stands beside. */
  pagePath: string
}

/** "/@alice.atom" stands beside "/@alice", "/index.rss" beside "/". */
export function parseFeedAddress(pathname: string): FeedAddress | undefined {
  const format = FEED_FORMATS.find((one) => pathname.endsWith(`.${one}`))
  if (format === undefined) return undefined
  const page = pathname.slice(0, -format.length - 1)
  return { format, pagePath: page === '/index' ? '/' : page }
}

/** `page`: path and query of a page. */
export function feedAddress(page: string, format: FeedFormat): string {
  const [path = '', query] = page.split('?', 2)
  return `${path === '/' ? '/index' : path}.${format}${query === undefined ? '' : `?${query}`}`
}
