import type { ReactNode } from 'react'
import type { PostDetailView, RegistrationView } from '../../db/views.ts'
import { formatTime, isoTime } from '../_lib/format.ts'
import { nameInText } from '../_lib/user-name.ts'
import { richWords, words } from '../_words/words.ts'
import { Author } from './byline.tsx'
import { Avatar } from './person.tsx'
import { PostBody } from './post-body.tsx'
import { Provenance } from './provenance.tsx'
import { ReactionNames, type Reactions } from './reaction-names.tsx'

interface FocusedPostProps {
  post: PostDetailView
  /** Every key of its author, the first one first. */
  keys: readonly RegistrationView[]
  reactions: Reactions
}

/** The post that a page is about: its words at full size, what others did with it, and what vouches for it. */
export function FocusedPost({ post, keys, reactions }: FocusedPostProps): ReactNode {
  const { n, k } = post
  return (
    <article className="focus">
      <h1 className="unseen">{words(KIND_KEYS[post.kind], { k, name: nameInText(post.author) })}</h1>
      <div className="row">
        <Avatar person={post.author} side={44} />
        <p className="who">
          <Author person={post.author} />
        </p>
      </div>
      {/* What it answers stands above it. */}
      <PostBody post={{ ...post, reply: undefined }} times={{ kind: 'moments', beside: post.time }} />
      <p className="line">
        <a className="u-url" href={`/@${n}/${k}`} itemProp="url">
          <time className="dt-published" itemProp="datePublished" dateTime={isoTime(post.time)}>
            {formatTime(post.time)}
          </time>
        </a>
        {' · '}
        {words('post.number', { k })}
        {' · '}
        {words('post.bytes', { count: post.provenance.sizeBytes })}
        <span data-copy="" hidden>
          {' · '}
          <button type="button" className="plain">
            {words('copy.link')}
          </button>
        </span>
      </p>
      <Totals post={post} />
      <ReactionNames post={post} reactions={reactions} />
      <Rivals post={post} />
      <Provenance post={post} keys={keys} />
    </article>
  )
}

const KIND_KEYS = {
  post: 'post.title',
  reply: 'post.titleReply',
  retwist: 'post.titleRetwist',
  favourite: 'post.titleFavourite',
  custom: 'post.titleRecord',
} as const

function Totals({ post }: { post: PostDetailView }): ReactNode {
  const { replies, retwists, favourites } = post.counts
  if (replies + retwists + favourites === 0) return undefined
  const page = `/@${post.n}/${post.k}`
  const strong = (chunks: ReactNode) => <b>{chunks}</b>
  return (
    <p className="totals">
      {replies === 0 ? undefined : <a href="#replies">{richWords('post.totalReplies', { count: replies, strong })}</a>}
      {retwists === 0 ? undefined : (
        <a href={`${page}/retwists`}>{richWords('post.totalRetwists', { count: retwists, strong })}</a>
      )}
      {favourites === 0 ? undefined : (
        <a href={`${page}/favourites`}>{richWords('post.totalFavourites', { count: favourites, strong })}</a>
      )}
    </p>
  )
}

/** Two posts with one number: both signed, so neither is more true. The choice is by hash, and said. */
function Rivals({ post }: { post: PostDetailView }): ReactNode {
  if (post.rivalCount === 0) return undefined
  const { n, k } = post
  const name = <bdi dir="ltr">@{n}</bdi>
  const strong = (chunks: ReactNode) => <strong>{chunks}</strong>
  return (
    <div className="note">
      <p>{richWords('post.rivalsExplained', { name, count: post.rivalCount + 1, k, strong })}</p>
      <ul>
        {post.provenance.rivals.map((hash) => (
          <li key={hash}>
            <a href={`/api/v1/posts/${n}/${k}/raw?hash=${hash}`}>
              {words('post.rivalBytes', { hash: hash.slice(0, 16) })}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}
