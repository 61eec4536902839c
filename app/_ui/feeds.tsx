import type { ReactNode } from 'react'
import { words } from '../_words/words.ts'
import { type FeedFormat, feedAddress } from '../share/feed/feed-address.ts'

/** Names of formats, the same in every language. */
const FEEDS: readonly { format: FeedFormat; name: string; type: string }[] = [
  { format: 'atom', name: 'Atom', type: 'application/atom+xml' },
  { format: 'rss', name: 'RSS', type: 'application/rss+xml' },
  { format: 'feed.json', name: 'JSON Feed', type: 'application/feed+json' },
]

/** For the head of a list of posts. `page`: its path and query, without a cursor. */
export function FeedLinks({ page }: { page: string }): ReactNode {
  return FEEDS.map(({ format, name, type }) => (
    <link key={format} rel="alternate" type={type} title={name} href={feedAddress(page, format)} />
  ))
}

/** Beside a list of posts: how to go on reading it elsewhere. `json`: where the same is for programs. */
export function FeedList({ page, json }: { page: string; json?: string }): ReactNode {
  return (
    <section>
      <h2>{words('feed.follow')}</h2>
      <p className="ways">
        {FEEDS.map(({ format, name }) => (
          <a key={format} href={feedAddress(page, format)}>
            {name}
          </a>
        ))}
        {json === undefined ? undefined : <a href={json}>JSON</a>}
      </p>
    </section>
  )
}
