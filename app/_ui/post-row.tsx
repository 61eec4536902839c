import type { ReactNode } from 'react'
import type { InnerPostView, ParentView, PostCounts, PostView } from '../../db/views.ts'
import { plural } from '../_lib/format.ts'
import { displayName } from '../_lib/names.ts'
import { formatNumber } from '../_words/numbers.ts'
import { LinkIcon, ReplyIcon, RetwistIcon, StarIcon } from './icons.tsx'
import { Avatar, NameLink, ShortName } from './person.tsx'
import { Age } from './time.tsx'
import { plainText, UserText } from './user-text.tsx'

/** A post in a list. */
export function PostRow({ post, now }: { post: PostView; now: number }): ReactNode {
  const inner = post.rt ?? post.fav
  const isBare = inner !== undefined && post.msg === '' && post.msg2 === ''
  return (
    <article className="post">
      <PostContext post={post} now={now} isBare={isBare} />
      {isBare ? <InnerRow inner={inner} now={now} /> : <OwnRow post={post} now={now} />}
    </article>
  )
}

/** "X retwisted": who brought this post here, with a link to that act. */
function PostContext({ post, now, isBare }: { post: PostView; now: number; isBare: boolean }): ReactNode {
  const isFavourite = post.kind === 'favourite'
  if (!isBare && !isFavourite) return undefined
  return (
    <p className="context">
      {isFavourite ? <StarIcon /> : <RetwistIcon />}
      <span>
        <a href={`/@${post.n}`}>
          <ShortName person={post.author} />
        </a>{' '}
        <a href={`/@${post.n}/${post.k}`}>
          {isFavourite ? 'favourited' : 'retwisted'} · <Age seconds={post.time} now={now} />
        </a>
      </span>
    </p>
  )
}

function OwnRow({ post, now }: { post: PostView; now: number }): ReactNode {
  const inner = post.rt ?? post.fav
  return (
    <div className="row">
      <Avatar person={post.author} side={44} />
      <div>
        <p className="who">
          <NameLink person={post.author} />
          <a className="when" href={`/@${post.n}/${post.k}`}>
            <Age seconds={post.time} now={now} />
          </a>
        </p>
        <PostBody post={post} />
        {inner === undefined ? undefined : <Quote inner={inner} now={now} />}
        <RivalNote post={post} />
        <Counts counts={post.counts} />
      </div>
    </div>
  )
}

/** The original of a retwist or favourite without words of its own. */
function InnerRow({ inner, now }: { inner: InnerPostView; now: number }): ReactNode {
  return (
    <div className="row">
      <Avatar person={inner.author} side={44} />
      <div>
        <p className="who">
          <NameLink person={inner.author} />
          <a className="when" href={`/@${inner.n}/${inner.k}`}>
            <Age seconds={inner.time} now={now} />
          </a>
        </p>
        <InnerBody inner={inner} />
        <Counts counts={inner.counts} />
      </div>
    </div>
  )
}

/** The words of a post, with the post they answer; also for the post that a page is about. */
export function PostBody({ post }: { post: PostView }): ReactNode {
  const text = post.msg + post.msg2
  return (
    <>
      {post.reply === undefined ? undefined : <ReplyChip reply={post.reply} />}
      {text === '' ? undefined : <UserText text={text} />}
      {post.url === undefined ? undefined : <LinkRecord url={post.url} mimetype={post.mimetype} />}
      {text === '' && post.url === undefined && post.rt === undefined && post.fav === undefined ? (
        <p className="mut">A record without text.</p>
      ) : undefined}
    </>
  )
}

function InnerBody({ inner }: { inner: InnerPostView }): ReactNode {
  const text = inner.msg + inner.msg2
  return (
    <>
      {inner.reply === undefined ? undefined : (
        <p className="chip">
          <ReplyIcon />
          <span>
            In reply to <b>{inner.reply.n.startsWith('!') ? 'a promoted message' : `@${inner.reply.n}`}</b>
          </span>
        </p>
      )}
      {text === '' ? <p className="mut">A post without text.</p> : <UserText text={text} />}
    </>
  )
}

export function Quote({ inner, now }: { inner: InnerPostView; now: number }): ReactNode {
  return (
    <blockquote className="quote">
      <p className="who">
        <Avatar person={inner.author} side={20} />
        <NameLink person={inner.author} />
        <a className="when" href={`/@${inner.n}/${inner.k}`}>
          <Age seconds={inner.time} now={now} />
        </a>
      </p>
      <InnerBody inner={inner} />
    </blockquote>
  )
}

function ReplyChip({ reply }: { reply: ParentView }): ReactNode {
  const href = reply.isPromoted ? `/block/${reply.k}` : `/@${reply.n}/${reply.k}`
  const name = displayName(reply.fullname)
  return (
    <a className="chip" href={href}>
      <ReplyIcon />
      <span>
        In reply to {reply.isPromoted ? 'a promoted message by ' : undefined}
        <b dir="auto">{name ?? `@${reply.n}`}</b>
        {reply.text === undefined ? (
          ` · ${reply.isPromoted ? 'block' : 'post'} ${formatNumber(reply.k)}, not seen here`
        ) : (
          <>
            {' · '}
            <bdi>{plainText(reply.text)}</bdi>
          </>
        )}
      </span>
    </a>
  )
}

/** What a custom post holds: its address is shown as text, since it can be anything. */
function LinkRecord({ url, mimetype }: { url: string; mimetype: string | undefined }): ReactNode {
  return (
    <p className="chip record">
      <LinkIcon />
      <span>
        Short link record: <bdi>{plainText(url)}</bdi>
        {mimetype === undefined || mimetype === '' ? undefined : <bdi> ({plainText(mimetype)})</bdi>}
      </span>
    </p>
  )
}

function RivalNote({ post }: { post: PostView }): ReactNode {
  if (post.rivalCount === 0) return undefined
  return (
    <p className="small rival">
      @{post.n} signed {plural(post.rivalCount + 1, 'different post')} with the number {formatNumber(post.k)}.{' '}
      <a href={`/@${post.n}/${post.k}`}>More</a>
    </p>
  )
}

export function Counts({ counts }: { counts: PostCounts }): ReactNode {
  const shown = [
    { name: 'reply', many: 'replies', icon: <ReplyIcon />, count: counts.replies },
    { name: 'retwist', many: 'retwists', icon: <RetwistIcon />, count: counts.retwists },
    { name: 'favourite', many: 'favourites', icon: <StarIcon />, count: counts.favourites },
  ].filter((entry) => entry.count > 0)
  if (shown.length === 0) return undefined
  return (
    <p className="counts">
      {shown.map((entry) => (
        <span key={entry.name} title={plural(entry.count, entry.name, entry.many)}>
          {entry.icon}
          {formatNumber(entry.count)}
          <span className="unseen">{entry.count === 1 ? entry.name : entry.many}</span>
        </span>
      ))}
    </p>
  )
}
