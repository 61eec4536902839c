import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { InnerPostView, ParentView, PersonView, PostView } from '../../../db/views.ts'
import { dispatchedTags } from '../../../node/protocol/dispatch.ts'
import { UserText } from '../../_ui/user-text.tsx'
import { richWords, words } from '../../_words/words.ts'
import { withAbsoluteAddresses } from '../absolute.ts'
import { excerpt } from '../excerpt.ts'
import { personName, picturePath } from '../person-name.ts'
import type { FeedAuthor, FeedItem } from './feed.ts'

const MAX_TITLE = 90
const MAX_PARENT = 140

export function feedAuthor(person: PersonView): FeedAuthor {
  return { name: personName(person), path: `/@${person.n}`, picturePath: picturePath(person) }
}

/** A post as feed readers show it: its own words, and whose words it answers or brings. */
export function feedItemOf(post: PostView, origin: string): FeedItem {
  const html = renderToStaticMarkup(<PostContent post={post} />)
  const { reply } = post
  return {
    path: `/@${post.n}/${post.k}`,
    title: titleOf(post),
    html: withAbsoluteAddresses(html, origin),
    time: post.time,
    author: feedAuthor(post.author),
    tags: dispatchedTags(post.msg + post.msg2).hashtags,
    answersPath: reply === undefined || reply.isPromoted ? undefined : `/@${reply.n}/${reply.k}`,
  }
}

function titleOf(post: PostView): string {
  const inner = post.rt ?? post.fav
  const own = excerpt(post.msg + post.msg2, MAX_TITLE)
  if (own !== '' || inner === undefined) return own || excerpt(post.url ?? '', MAX_TITLE) || words('feed.noText')
  return excerpt(`${personName(inner.author)}: ${inner.msg}${inner.msg2}`, MAX_TITLE)
}

function PostContent({ post }: { post: PostView }): ReactNode {
  const text = post.msg + post.msg2
  const inner = post.rt ?? post.fav
  return (
    <>
      {post.reply === undefined ? undefined : <Answered parent={post.reply} />}
      {text === '' ? undefined : <UserText text={text} />}
      {post.url === undefined ? undefined : (
        <p dir="auto">{words('feed.record', { url: excerpt(post.url, MAX_PARENT) })}</p>
      )}
      {inner === undefined ? undefined : <Inner inner={inner} post={post} />}
      {text === '' && post.url === undefined && inner === undefined ? <p>{words('feed.noText')}</p> : undefined}
    </>
  )
}

function Answered({ parent }: { parent: ParentView }): ReactNode {
  const href = parent.isPromoted ? `/block/${parent.k}` : `/@${parent.n}/${parent.k}`
  const link = { name: `@${parent.n}`, post: (chunks: ReactNode) => <a href={href}>{chunks}</a> }
  if (parent.text === undefined) return <p>{richWords('feed.inReplyToUnseen', link)}</p>
  return (
    <p dir="auto">
      {richWords('feed.inReplyTo', { ...link, text: <q dir="auto">{excerpt(parent.text, MAX_PARENT)}</q> })}
    </p>
  )
}

function Inner({ inner, post }: { inner: InnerPostView; post: PostView }): ReactNode {
  const text = inner.msg + inner.msg2
  return (
    <>
      <p dir="auto">
        {richWords(post.kind === 'favourite' ? 'feed.favourited' : 'feed.retwisted', {
          name: personName(post.author),
          author: personName(inner.author),
          post: (chunks: ReactNode) => <a href={`/@${inner.n}/${inner.k}`}>{chunks}</a>,
        })}
      </p>
      <blockquote>{text === '' ? <p>{words('feed.noText')}</p> : <UserText text={text} />}</blockquote>
    </>
  )
}
