import type { ReactNode } from 'react'
import type { CompletenessView, UserView } from '../../db/views.ts'
import { formatDuration, plural } from '../_lib/format.ts'
import { formatNumber } from '../_words/numbers.ts'

export type ProfileTab = '' | 'posts' | 'replies' | 'retwists' | 'favourites' | 'mentions' | 'following' | 'followers'

export function ProfileTabs({ user, current }: { user: UserView; current: ProfileTab }): ReactNode {
  const { counts } = user
  const all = counts.posts + counts.replies + counts.retwists + counts.favourites + counts.custom
  const tabs = [
    { tab: '', label: 'All', count: all },
    { tab: 'posts', label: 'Posts', count: counts.posts },
    { tab: 'replies', label: 'Replies', count: counts.replies },
    { tab: 'retwists', label: 'Retwists', count: counts.retwists },
    { tab: 'favourites', label: 'Favourites', count: counts.favourites },
  ] as const
  return (
    <nav className="tabs" aria-label={`Posts of @${user.n}`}>
      {tabs.map(({ tab, label, count }) => (
        <a
          key={label}
          href={tab === '' ? `/@${user.n}` : `/@${user.n}/${tab}`}
          aria-current={tab === current ? 'page' : undefined}
        >
          {label} <span>{formatNumber(count)}</span>
        </a>
      ))}
    </nav>
  )
}

/** What is here of what is known to exist, and who says so. */
export function CompletenessLine({ user, now }: { user: UserView; now: number }): ReactNode {
  return <p className="note">{completenessWords(user.completeness, encryptedOf(user), now)}</p>
}

function encryptedOf({ counts }: UserView): number {
  return counts.directMessages + counts.privateFavourites
}

export function completenessWords(known: CompletenessView, encryptedCount: number, now: number): string {
  const highest = known.knownK
  const parts: string[] = []
  if (highest === undefined) parts.push('No post number of this user is known yet.')
  else {
    const absent = Math.max(0, highest + 1 - known.held)
    const encrypted = encryptedCount === 0 ? '' : `, ${formatNumber(encryptedCount)} of them encrypted`
    parts.push(
      `Post numbers up to ${formatNumber(highest)} are known; ${plural(known.held, 'post')} ${known.held === 1 ? 'is' : 'are'} here${encrypted}.`,
    )
    if (absent > 0)
      parts.push(
        `${plural(absent, 'number')} not seen: posts that no peer has offered, or numbers that were never used.`,
      )
  }
  if (!known.isFollowed) parts.push('The node of this site does not follow this user’s swarm.')
  else if (known.reportedAt !== undefined && now - known.reportedAt > 600) {
    parts.push(`Last word from the swarm ${formatDuration(now - known.reportedAt)} ago.`)
  }
  return parts.join(' ')
}
