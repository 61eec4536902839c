import type { ReactNode } from 'react'
import type { PersonView, PostDetailView, PostView } from '../../db/views.ts'
import { words } from '../_words/words.ts'
import { NameList } from './name-list.tsx'
import { ShortName } from './person.tsx'

/** The first retwists and favourites of a post. */
export interface Reactions {
  retwists: readonly PostView[]
  favourites: readonly PostView[]
}

/** How many of each are asked for, and how many names of them are shown. */
export const MAX_REACTIONS = 8

/** Who passed a post on, and who likes it. */
export function ReactionNames({ post, reactions }: { post: PostDetailView; reactions: Reactions }): ReactNode {
  const { retwists, favourites } = reactions
  if (retwists.length + favourites.length === 0) return undefined
  const page = `/@${post.n}/${post.k}`
  return (
    <dl className="facts">
      {retwists.length === 0 ? undefined : (
        <>
          <dt>{words('post.retwistedBy')}</dt>
          <dd>
            <Names posts={retwists} count={post.counts.retwists} href={`${page}/retwists`} />
          </dd>
        </>
      )}
      {favourites.length === 0 ? undefined : (
        <>
          <dt>{words('post.favouritedBy')}</dt>
          <dd>
            <Names posts={favourites} count={post.counts.favourites} href={`${page}/favourites`} />
          </dd>
        </>
      )}
    </dl>
  )
}

/** Each person once, linked to what he did; `count`: of posts, those not given included. */
function Names({ posts, count, href }: { posts: readonly PostView[]; count: number; href: string }): ReactNode {
  const people = new Map<string, { person: PersonView; k: number }>()
  for (const { author, n, k } of posts) if (!people.has(n)) people.set(n, { person: author, k })
  const names = [...people].map(([n, { person, k }]) => (
    <a key={n} href={`/@${n}/${k}`}>
      <ShortName person={person} />
    </a>
  ))
  const more = count - posts.length
  const others = (
    <a key="more" href={href}>
      {words('thread.others', { count: more })}
    </a>
  )
  return <NameList items={more > 0 ? [...names, others] : names} />
}
