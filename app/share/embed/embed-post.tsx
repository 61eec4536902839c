import type { ReactNode } from 'react'
import type { InnerPostView, PersonView, PostCounts, PostView } from '../../../db/views.ts'
import { displayName } from '../../_lib/names.ts'
import { Logo } from '../../_ui/icons.tsx'
import { Avatar } from '../../_ui/person.tsx'
import { FullTime } from '../../_ui/time.tsx'
import { UserText } from '../../_ui/user-text.tsx'
import { richWords, words } from '../../_words/words.ts'
import { excerpt } from '../excerpt.ts'
import { personName } from '../person-name.ts'

const MAX_RECORD = 140

/** A post on its own in a frame. */
export function EmbeddedPost({ post }: { post: PostView }): ReactNode {
  const path = `/@${post.n}/${post.k}`
  const counts = countsOf(post.counts)
  return (
    <article>
      <EmbedHead person={post.author} />
      <PostWords post={post} />
      <p className="foot">
        <a href={path}>
          <FullTime seconds={post.time} />
        </a>
        {counts === '' ? undefined : <span>{counts}</span>}
        <a href={path}>{words(post.counts.replies === 0 ? 'embed.read' : 'embed.thread')}</a>
      </p>
    </article>
  )
}

function countsOf({ replies, retwists, favourites }: PostCounts): string {
  const said = [
    replies === 0 ? '' : words('embed.replies', { count: replies }),
    retwists === 0 ? '' : words('embed.retwists', { count: retwists }),
    favourites === 0 ? '' : words('embed.favourites', { count: favourites }),
  ]
  return said.filter(Boolean).join(' · ')
}

export function EmbedHead({ person }: { person: PersonView }): ReactNode {
  const name = displayName(person.fullname)
  return (
    <div className="who">
      <Avatar person={person} side={44} />
      <div>
        <h1>
          <a className="name" href={`/@${person.n}`} dir="auto">
            {name ?? `@${person.n}`}
          </a>
        </h1>
        {name === undefined ? undefined : (
          <p className="mut">
            <bdi dir="ltr">@{person.n}</bdi>
          </p>
        )}
      </div>
      <a className="logo" href="/" aria-label="Windsock">
        <Logo />
      </a>
    </div>
  )
}

/** What a post says, answers and brings. */
export function PostWords({ post }: { post: PostView }): ReactNode {
  const text = post.msg + post.msg2
  const inner = post.rt ?? post.fav
  const { reply } = post
  const parentPath = reply && (reply.isPromoted ? `/block/${reply.k}` : `/@${reply.n}/${reply.k}`)
  return (
    <>
      {reply === undefined ? undefined : (
        <p className="small">
          {richWords('embed.replyTo', {
            name: `@${reply.n}`,
            post: (chunks: ReactNode) => <a href={parentPath}>{chunks}</a>,
          })}
        </p>
      )}
      {text === '' ? undefined : <UserText text={text} />}
      {post.url === undefined ? undefined : (
        <p className="mut" dir="auto">
          {words('feed.record', { url: excerpt(post.url, MAX_RECORD) })}
        </p>
      )}
      {inner === undefined ? undefined : <Inner inner={inner} post={post} />}
      {text === '' && post.url === undefined && inner === undefined ? (
        <p className="mut">{words('feed.noText')}</p>
      ) : undefined}
    </>
  )
}

/** Whose words it brings: said in a sentence where the post has none of its own. */
function Inner({ inner, post }: { inner: InnerPostView; post: PostView }): ReactNode {
  const text = inner.msg + inner.msg2
  const author = personName(inner.author)
  const href = `/@${inner.n}/${inner.k}`
  const isBare = post.msg + post.msg2 === ''
  const source = isBare ? (
    richWords(post.kind === 'favourite' ? 'feed.favourited' : 'feed.retwisted', {
      name: personName(post.author),
      author,
      post: (chunks: ReactNode) => <a href={href}>{chunks}</a>,
    })
  ) : (
    <a href={href}>{author}</a>
  )
  return (
    <>
      {isBare ? <p className="small">{source}</p> : undefined}
      <blockquote>
        {isBare ? undefined : (
          <p className="small" dir="auto">
            {source}
          </p>
        )}
        {text === '' ? <p className="mut">{words('feed.noText')}</p> : <UserText text={text} />}
      </blockquote>
    </>
  )
}
