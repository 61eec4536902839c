import type { ReactNode } from 'react'
import type { Page } from '../../db/page.ts'
import type { UserLineView, UserView } from '../../db/views.ts'
import { currentSite } from '../_lib/site.ts'
import { nameInText, personOf, titleOf } from '../_lib/user-name.ts'
import { words } from '../_words/words.ts'
import { Pager } from './pager.tsx'
import { PeopleTable } from './people-table.tsx'
import { BriefCard } from './profile-card.tsx'
import { AroundTabs } from './profile-tabs.tsx'
import { UserSharing } from './sharing.tsx'
import { Shell } from './shell.tsx'

const LISTS = {
  following: { title: 'profile.followingTitle', note: 'profile.followingNote', empty: 'profile.noFollowing' },
  followers: { title: 'profile.followersTitle', note: 'profile.followersNote', empty: 'profile.noFollowers' },
} as const

interface FollowPageProps {
  user: UserView
  tab: keyof typeof LISTS
  page: Page<UserLineView>
  /** Beside the list. */
  more?: ReactNode
}

export function FollowPage({ user, tab, page, more }: FollowPageProps): ReactNode {
  const list = LISTS[tab]
  const name = nameInText(personOf(user))
  const title = words(list.title, { name })
  return (
    <Shell
      title={words(list.title, { name: titleOf(user) })}
      card={<BriefCard user={user} more={more} />}
      head={<UserSharing user={user} />}
    >
      <h1>{title}</h1>
      <AroundTabs user={user} current={tab} />
      {page.items.length === 0 ? (
        <p className="empty">{words(list.empty, { name })}</p>
      ) : (
        <>
          <p className="note">{words(list.note, { name })}</p>
          <PeopleTable people={page.items} caption={title} column="last" now={currentSite().clock.now()} />
        </>
      )}
      <Pager
        page={page}
        path={`/@${user.n}/${tab}`}
        nextLabel={words('people.next')}
        prevLabel={words('people.previous')}
      />
    </Shell>
  )
}
