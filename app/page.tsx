import type { ReactNode } from 'react'
import { hashtagsSince } from '../db/queries/hashtags.ts'
import { NEWEST_POSTS, newestPosts } from '../db/queries/newest-posts.ts'
import { usersByActivity } from '../db/queries/people.ts'
import type { HashtagView, UserLineView } from '../db/views.ts'
import { plural } from './_lib/format.ts'
import { type PageProps, pageRequest, usersParam } from './_lib/params.ts'
import { currentSite } from './_lib/site.ts'
import { BadAddress } from './_ui/bad-address.tsx'
import { Avatar, ShortName } from './_ui/person.tsx'
import { PostList } from './_ui/post-list.tsx'
import { Shell } from './_ui/shell.tsx'
import { Age } from './_ui/time.tsx'
import { formatNumber } from './_words/numbers.ts'

const WEEK = 7 * 86_400

/** The newest posts of everybody, or of those in ?users=a,b,c. */
export default async function FrontPage({ searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const search = await searchParams
  const users = usersParam(search)
  const request = await pageRequest(reader, search, NEWEST_POSTS)
  if (users === undefined || request === undefined) return <BadAddress back="/" />
  const now = clock.now()
  const [page, tags, people] = await Promise.all([
    newestPosts(reader, users, request),
    hashtagsSince(reader, now - WEEK, { limit: 6 }),
    usersByActivity(reader, { limit: 6 }),
  ])
  const names = users.map((name) => `@${name}`).join(', ')
  return (
    <Shell
      title={users.length === 0 ? 'Newest posts' : `Posts of ${names}`}
      current="posts"
      isUnlisted={users.length > 0}
      aside={<FrontAside tags={tags.items} people={people.items} now={now} />}
    >
      <h1>{users.length === 0 ? 'Newest posts' : `Posts of ${names}`}</h1>
      <p className="note">
        {users.length === 0
          ? 'Of everybody whose swarm this site reads. Each was checked against the key that the chain held for its author.'
          : 'Of the people named in the address.'}
      </p>
      <PostList
        page={page}
        path="/"
        keep={{ users: users.length === 0 ? undefined : users.join(',') }}
        now={now}
        empty="No post has been indexed yet."
      />
    </Shell>
  )
}

function FrontAside(props: { tags: HashtagView[]; people: UserLineView[]; now: number }): ReactNode {
  return (
    <>
      <section>
        <h2>Read twister from any browser</h2>
        <p>
          A microblog with no company: names live in a block chain, posts in swarms of readers. Nothing to install here,
          and nobody to sign up with. <a href="/about">How it works</a>
        </p>
      </section>
      {props.tags.length === 0 ? undefined : (
        <section>
          <h2>Hashtags this week</h2>
          <ul className="pairs">
            {props.tags.map((tag) => (
              <li key={tag.tag}>
                <a href={`/hashtag/${encodeURIComponent(tag.tag)}`} dir="auto">
                  #{tag.tag}
                </a>
                <span>{plural(tag.peopleCount, 'person', 'people')}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {props.people.length === 0 ? undefined : (
        <section>
          <h2>Posted lately</h2>
          <ul className="pairs">
            {props.people.map((person) => (
              <li key={person.n}>
                <Avatar person={person} side={28} />
                <a href={`/@${person.n}`} title={`${formatNumber(person.postCount)} posts here`}>
                  <ShortName person={person} />
                </a>
                <span>{person.lastTime === undefined ? '' : <Age seconds={person.lastTime} now={props.now} />}</span>
              </li>
            ))}
          </ul>
          <p>
            <a href="/names">All names</a>
          </p>
        </section>
      )}
    </>
  )
}
