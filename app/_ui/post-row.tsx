import type { ReactNode } from 'react'
import type { InnerPostView, PostView } from '../../db/views.ts'
import { richWords } from '../_words/words.ts'
import { Byline } from './byline.tsx'
import { RetwistIcon, StarIcon } from './icons.tsx'
import { Avatar, ShortName } from './person.tsx'
import { InnerBody, PostBody } from './post-body.tsx'
import { Counts } from './post-counts.tsx'
import { type Times, When } from './when.tsx'

const POSTING = 'https://schema.org/SocialMediaPosting'

/** A post in a list, with how long ago it was written. */
export function PostRow({ post, now }: { post: PostView; now: number }): ReactNode {
  return <TimedPostRow post={post} times={{ kind: 'ages', now }} />
}

export function TimedPostRow({ post, times }: { post: PostView; times: Times }): ReactNode {
  const inner = post.rt ?? post.fav
  if (inner === undefined) return <OwnRow post={post} times={times} />
  const isBare = post.msg === '' && post.msg2 === ''
  if (isBare) return <PassedOn post={post} inner={inner} times={times} />
  return <OwnRow post={post} times={times} />
}

function OwnRow({ post, times }: { post: PostView; times: Times }): ReactNode {
  return (
    <article className="post h-entry" itemScope itemType={POSTING}>
      {post.kind === 'favourite' ? <Act post={post} times={times} /> : undefined}
      <div className="row">
        <Avatar person={post.author} side={44} />
        <div>
          <Byline person={post.author} k={post.k} seconds={post.time} times={times} />
          <PostBody post={post} times={times} />
          <RivalNote post={post} />
          <Counts counts={post.counts} />
        </div>
      </div>
    </article>
  )
}

interface PassedOnProps {
  post: PostView
  inner: InnerPostView
  times: Times
}

/** A retwist or favourite without words of its own: the row is the original's. */
function PassedOn({ post, inner, times }: PassedOnProps): ReactNode {
  const isFavourite = post.kind === 'favourite'
  return (
    <article className="post h-entry">
      <Act post={post} times={times} />
      <div className={isFavourite ? 'row u-like-of h-cite' : 'row u-repost-of h-cite'} itemScope itemType={POSTING}>
        <Avatar person={inner.author} side={44} />
        <div>
          <Byline person={inner.author} k={inner.k} seconds={inner.time} times={times} />
          <InnerBody inner={inner} />
          <Counts counts={inner.counts} />
        </div>
      </div>
    </article>
  )
}

/** "X retwisted": who brought this post here, with a link to that act. */
function Act({ post, times }: { post: PostView; times: Times }): ReactNode {
  const isFavourite = post.kind === 'favourite'
  const name = (
    <a className="p-author h-card" href={`/@${post.n}`}>
      <ShortName person={post.author} />
    </a>
  )
  return (
    <p className="context">
      {isFavourite ? <StarIcon /> : <RetwistIcon />}
      <span>
        {richWords(isFavourite ? 'post.favourited' : 'post.retwisted', { name })}
        {' · '}
        <a className="u-url" href={`/@${post.n}/${post.k}`}>
          <When seconds={post.time} times={times} />
        </a>
      </span>
    </p>
  )
}

function RivalNote({ post }: { post: PostView }): ReactNode {
  if (post.rivalCount === 0) return undefined
  const link = (chunks: ReactNode) => <a href={`/@${post.n}/${post.k}`}>{chunks}</a>
  const name = <bdi>@{post.n}</bdi>
  return <p className="small mut">{richWords('post.rivals', { name, count: post.rivalCount + 1, k: post.k, link })}</p>
}
