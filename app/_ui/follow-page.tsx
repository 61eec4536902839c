import type { ReactNode } from 'react'
import type { Page } from '../../db/page.ts'
import type { UserLineView } from '../../db/views.ts'
import { formatNumber } from '../_words/numbers.ts'
import { Pager } from './pager.tsx'
import { PeopleTable } from './people-table.tsx'
import { Shell } from './shell.tsx'

interface FollowPageProps {
  username: string
  tab: 'following' | 'followers'
  count: number
  page: Page<UserLineView>
  note: string
}

export function FollowPage({ username, tab, count, page, note }: FollowPageProps): ReactNode {
  const words = tab === 'following' ? `@${username} follows` : `Followers of @${username}`
  return (
    <Shell title={words}>
      <h1>
        {tab === 'following' ? undefined : 'Followers of '}
        <a href={`/@${username}`}>@{username}</a>
        {tab === 'following' ? ' follows' : undefined}
      </h1>
      <nav className="tabs" aria-label={`Around @${username}`}>
        {(['following', 'followers'] as const).map((name) => (
          <a key={name} href={`/@${username}/${name}`} aria-current={name === tab ? 'page' : undefined}>
            {name === 'following' ? 'Following' : 'Followers'}
            {name === tab ? <span> {formatNumber(count)}</span> : undefined}
          </a>
        ))}
      </nav>
      <p className="note">{note}</p>
      {page.items.length === 0 ? (
        <p className="empty">Nobody, as far as this index knows.</p>
      ) : (
        <PeopleTable people={page.items} caption={words} />
      )}
      <Pager page={page} path={`/@${username}/${tab}`} nextLabel="Next" prevLabel="Previous" />
    </Shell>
  )
}
