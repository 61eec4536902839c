import type { ReactNode } from 'react'
import type { UserView } from '../../db/views.ts'
import { nameInText, personOf } from '../_lib/user-name.ts'
import { formatNumber } from '../_words/numbers.ts'
import { type WordKey, words } from '../_words/words.ts'

/** The last part of a list's address. */
export type ProfileTab = '' | 'posts' | 'replies' | 'retwists' | 'favourites'
export type AroundTab = 'following' | 'followers' | 'mentions'

/** What somebody wrote, by kind. */
export function ProfileTabs({ user, current }: { user: UserView; current: ProfileTab }): ReactNode {
  const { counts } = user
  const tabs = [
    { tab: '', label: 'profile.all', count: allOf(user) },
    { tab: 'posts', label: 'profile.posts', count: counts.posts },
    { tab: 'replies', label: 'profile.replies', count: counts.replies },
    { tab: 'retwists', label: 'profile.retwists', count: counts.retwists },
    { tab: 'favourites', label: 'profile.favourites', count: counts.favourites },
  ] as const
  return <Tabs user={user} label="profile.tabs" tabs={tabs} current={current} />
}

/** Who and what is around somebody. */
export function AroundTabs({ user, current }: { user: UserView; current: AroundTab }): ReactNode {
  const tabs = [
    { tab: '', label: 'profile.posts', count: allOf(user) },
    { tab: 'following', label: 'profile.followingTab', count: user.counts.following },
    { tab: 'followers', label: 'profile.followersTab', count: user.counts.followers },
    { tab: 'mentions', label: 'profile.mentions', count: undefined },
  ] as const
  return <Tabs user={user} label="profile.around" tabs={tabs} current={current} />
}

interface TabsProps {
  user: UserView
  label: WordKey
  tabs: readonly { tab: string; label: WordKey; count: number | undefined }[]
  current: string
}

function Tabs({ user, label, tabs, current }: TabsProps): ReactNode {
  return (
    <nav className="tabs" aria-label={words(label, { name: nameInText(personOf(user)) })}>
      {tabs.map(({ tab, label, count }) => (
        <a
          key={tab}
          href={tab === '' ? `/@${user.n}` : `/@${user.n}/${tab}`}
          aria-current={tab === current ? 'page' : undefined}
        >
          {words(label)} {count === undefined ? undefined : <span>{formatNumber(count)}</span>}
        </a>
      ))}
    </nav>
  )
}

function allOf({ counts }: UserView): number {
  return counts.posts + counts.replies + counts.retwists + counts.favourites + counts.custom
}
