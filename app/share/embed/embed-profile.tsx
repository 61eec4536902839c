import type { ReactNode } from 'react'
import type { PersonView, PostView, UserView } from '../../../db/views.ts'
import { FullTime } from '../../_ui/time.tsx'
import { UserText } from '../../_ui/user-text.tsx'
import { words } from '../../_words/words.ts'
import { EmbedHead, PostWords } from './embed-post.tsx'

/** Who somebody is, and what they said last. */
export function EmbeddedProfile({ user, posts }: { user: UserView; posts: readonly PostView[] }): ReactNode {
  const person: PersonView = { n: user.n, fullname: user.profile?.fullname, avatar: user.avatar }
  const { following, followers } = user.counts
  const bio = user.profile?.bio ?? ''
  return (
    <article>
      <EmbedHead person={person} />
      {bio.trim() === '' ? undefined : <UserText text={bio} />}
      <p className="small">{words('embed.people', { following, followers })}</p>
      {posts.length === 0 ? (
        <p className="mut">{words('embed.noPosts')}</p>
      ) : (
        <ol>
          {posts.map((post) => (
            <li key={post.k}>
              <PostWords post={post} />
              <p className="mut">
                <a className="when" href={`/@${post.n}/${post.k}`}>
                  <FullTime seconds={post.time} />
                </a>
              </p>
            </li>
          ))}
        </ol>
      )}
      <p className="foot">
        <a href={`/@${user.n}`}>{words('embed.all', { name: `@${user.n}` })}</a>
      </p>
    </article>
  )
}
