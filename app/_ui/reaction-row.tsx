import type { ReactNode } from 'react'
import type { PostView } from '../../db/views.ts'
import { Byline } from './byline.tsx'
import { Avatar } from './person.tsx'
import { PostBody } from './post-body.tsx'
import { Counts } from './post-counts.tsx'
import type { Times } from './when.tsx'

/** Who retwisted or favourited the post that stands above, and what he said to it, if he said anything. */
export function ReactionRow({ post, times }: { post: PostView; times: Times }): ReactNode {
  const isSilent = post.msg === '' && post.msg2 === ''
  return (
    <article className={isSilent ? 'post silent' : 'post'}>
      <div className="row">
        <Avatar person={post.author} side={44} />
        <div>
          <Byline person={post.author} k={post.k} seconds={post.time} times={times} />
          {isSilent ? undefined : <PostBody post={{ ...post, rt: undefined, fav: undefined }} times={times} />}
          <Counts counts={post.counts} />
        </div>
      </div>
    </article>
  )
}
