import type { ReactNode } from 'react'
import { encryptedRanges, POSTS_OF_USER, postsOfUser, withheldRanges } from '../../db/queries/posts-of-user.ts'
import { userByName } from '../../db/queries/user.ts'
import type { PostView, ShownKind, UserView } from '../../db/views.ts'
import { type PageProps, pageRequest, usernameParam } from '../_lib/params.ts'
import { gapsBetween, type UnshownRange, unshownRanges } from '../_lib/post-gaps.ts'
import { currentSite } from '../_lib/site.ts'
import { nameInText, personOf, titleOf } from '../_lib/user-name.ts'
import { type WordKey, words } from '../_words/words.ts'
import { AskedNetwork } from './asked-network.tsx'
import { BadAddress } from './bad-address.tsx'
import { CompletenessLine } from './completeness-line.tsx'
import { FeedLinks } from './feeds.tsx'
import { LivePlace } from './live-place.tsx'
import { NotFound } from './not-found.tsx'
import { Pager } from './pager.tsx'
import { GapRow } from './post-gap.tsx'
import { PostList } from './post-list.tsx'
import { PostRow } from './post-row.tsx'
import { ProfileCard } from './profile-card.tsx'
import { ProfileMore } from './profile-more.tsx'
import { type ProfileTab, ProfileTabs } from './profile-tabs.tsx'
import { UserSharing } from './sharing.tsx'
import { Shell } from './shell.tsx'
import { NotFollowed, UnknownName } from './unknown-name.tsx'

function isIndexed(user: UserView): boolean {
  return user.completeness.isFollowed || user.completeness.held > 0 || user.profile !== undefined
}

type ListTab = Exclude<ProfileTab, ''>

const LISTS = {
  posts: { kind: 'post', title: 'profile.titlePosts', empty: 'profile.noPosts' },
  replies: { kind: 'reply', title: 'profile.titleReplies', empty: 'profile.noReplies' },
  retwists: { kind: 'retwist', title: 'profile.titleRetwists', empty: 'profile.noRetwists' },
  favourites: { kind: 'favourite', title: 'profile.titleFavourites', empty: 'profile.noFavourites' },
} as const satisfies Record<ListTab, { kind: ShownKind; title: WordKey; empty: WordKey }>

/** A user's posts of one kind. */
export async function ProfileListPage(props: PageProps & { tab: ListTab }): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const { tab } = props
  const list = LISTS[tab]
  const username = usernameParam(await props.params)
  if (username === undefined) return <NotFound />
  const request = await pageRequest(reader, await props.searchParams, POSTS_OF_USER)
  const path = `/@${username}/${tab}`
  if (request === undefined) return <BadAddress back={path} />
  const [user, page] = await Promise.all([
    userByName(reader, username),
    postsOfUser(reader, username, list.kind, request),
  ])
  if (user === undefined) return <UnknownName username={username} />
  if (!isIndexed(user)) return <NotFollowed user={user} />
  return (
    <Shell
      title={words(list.title, { name: titleOf(user) })}
      card={<CardOf user={user} path={path} />}
      head={<Head user={user} path={path} />}
    >
      <ProfileTabs user={user} current={tab} />
      <CompletenessLine user={user} now={clock.now()} />
      <PostList
        page={page}
        path={path}
        live={{ users: username, kinds: list.kind }}
        now={clock.now()}
        empty={words(list.empty, { name: nameInText(personOf(user)) })}
      />
    </Shell>
  )
}

/** Everything of a user that may be shown, with the gaps in its numbers. */
export async function ProfilePage(props: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const username = usernameParam(await props.params)
  if (username === undefined) return <NotFound />
  const request = await pageRequest(reader, await props.searchParams, POSTS_OF_USER)
  const path = `/@${username}`
  if (request === undefined) return <BadAddress back={path} />
  const [user, page] = await Promise.all([
    userByName(reader, username),
    postsOfUser(reader, username, undefined, request),
  ])
  if (user === undefined) return <UnknownName username={username} />
  if (!isIndexed(user)) return <NotFollowed user={user} />
  const now = clock.now()
  const lowest = page.next === undefined ? 0 : (page.items.at(-1)?.k ?? 0)
  const highest = page.prev === undefined ? (user.completeness.knownK ?? 0) : (page.items[0]?.k ?? 0)
  const [encrypted, withheld] = await Promise.all([
    encryptedRanges(reader, username, lowest, highest),
    withheldRanges(reader, username, lowest, highest),
  ])
  return (
    <Shell title={titleOf(user)} card={<CardOf user={user} path={path} />} head={<Head user={user} path={path} />}>
      <ProfileTabs user={user} current="" />
      <CompletenessLine user={user} now={now} />
      <AskedNetwork user={user} />
      {page.prev === undefined ? <LivePlace filters={{ users: username }} /> : undefined}
      {page.items.length === 0 ? (
        <p className="empty">{words('profile.nothing', { name: nameInText(personOf(user)) })}</p>
      ) : undefined}
      <PostsWithGaps posts={page.items} unshown={unshownRanges(encrypted, withheld)} highest={highest} now={now} />
      <Pager page={page} path={path} nextLabel={words('post.older')} prevLabel={words('post.newer')} />
    </Shell>
  )
}

interface UserPathProps {
  user: UserView
  path: string
}

function CardOf({ user, path }: UserPathProps): ReactNode {
  return <ProfileCard user={user} more={<ProfileMore user={user} path={path} />} />
}

function Head({ user, path }: UserPathProps): ReactNode {
  return (
    <>
      <UserSharing user={user} />
      <FeedLinks page={path} />
    </>
  )
}

interface PostsWithGapsProps {
  posts: readonly PostView[]
  unshown: readonly UnshownRange[]
  highest: number
  now: number
}

function PostsWithGaps({ posts, unshown, highest, now }: PostsWithGapsProps): ReactNode {
  return (
    <div className="list">
      {posts.map((post, at) => (
        <div key={post.k}>
          <GapRow username={post.n} gap={gapsBetween(post.k, posts[at - 1]?.k ?? highest + 1, unshown)} />
          <PostRow post={post} now={now} />
        </div>
      ))}
    </div>
  )
}
