import type { ReactNode } from 'react'
import type { InnerPostView, ParentView, PostView } from '../../db/views.ts'
import { displayName } from '../_lib/names.ts'
import { richWords, words } from '../_words/words.ts'
import { Byline } from './byline.tsx'
import { LinkIcon, ReplyIcon } from './icons.tsx'
import { Avatar } from './person.tsx'
import { plainText, UserText } from './user-text.tsx'
import type { Times } from './when.tsx'

/** The words of a post, with the post they answer and the one they are about. */
export function PostBody({ post, times }: { post: PostView; times: Times }): ReactNode {
  const text = post.msg + post.msg2
  const inner = post.rt ?? post.fav
  return (
    <>
      {post.reply === undefined ? undefined : <ReplyChip reply={post.reply} />}
      {text === '' ? undefined : <Words text={text} lang={post.lang} />}
      {post.url === undefined ? undefined : <LinkRecord url={post.url} mimetype={post.mimetype} />}
      {text === '' && post.url === undefined && inner === undefined ? (
        <p className="mut">{words('post.emptyRecord')}</p>
      ) : undefined}
      {inner === undefined ? undefined : <Quote inner={inner} times={times} />}
    </>
  )
}

/** The same of a post inside another one, of which less is known. */
export function InnerBody({ inner }: { inner: InnerPostView }): ReactNode {
  const text = inner.msg + inner.msg2
  return (
    <>
      {inner.reply === undefined ? undefined : <InnerReplyChip reply={inner.reply} />}
      {text === '' ? <p className="mut">{words('post.noText')}</p> : <Words text={text} />}
    </>
  )
}

function Words({ text, lang }: { text: string; lang?: string | undefined }): ReactNode {
  return <UserText text={text} className="text e-content" itemProp="text" lang={lang} />
}

/** The original of a retwist or a favourite, inside of a rail. */
function Quote({ inner, times }: { inner: InnerPostView; times: Times }): ReactNode {
  return (
    <blockquote
      className="quote u-quotation-of h-cite"
      itemProp="sharedContent"
      itemScope
      itemType="https://schema.org/SocialMediaPosting"
    >
      <Byline
        person={inner.author}
        k={inner.k}
        seconds={inner.time}
        times={times}
        picture={<Avatar person={inner.author} side={20} />}
      />
      <InnerBody inner={inner} />
    </blockquote>
  )
}

/** Of what is answered, as much as a line can hold. */
const MAX_CHIP_CHARACTERS = 100

function ReplyChip({ reply }: { reply: ParentView }): ReactNode {
  const { n, k, isPromoted, text } = reply
  const name = <b dir="auto">{displayName(reply.fullname) ?? `@${n}`}</b>
  const quoted = text === undefined ? '' : <bdi>{firstWords(text)}</bdi>
  return (
    <a className="chip u-in-reply-to" href={isPromoted ? `/block/${k}` : `/@${n}/${k}`}>
      <ReplyIcon />
      <span>{richWords(replyKey(isPromoted, text !== undefined), { name, text: quoted, k })}</span>
    </a>
  )
}

function replyKey(isPromoted: boolean, isHere: boolean) {
  if (isPromoted) return isHere ? 'post.inReplyToPromoted' : 'post.inReplyToUnseenPromoted'
  return isHere ? 'post.inReplyTo' : 'post.inReplyToUnseen'
}

function InnerReplyChip({ reply: { n, k } }: { reply: { n: string; k: number } }): ReactNode {
  const isPromoted = n.startsWith('!')
  const name = <b dir="ltr">@{isPromoted ? n.slice(1) : n}</b>
  return (
    <a className="chip" href={isPromoted ? `/block/${k}` : `/@${n}/${k}`}>
      <ReplyIcon />
      <span>{richWords(isPromoted ? 'post.inReplyToMessageOf' : 'post.inReplyToSomebody', { name })}</span>
    </a>
  )
}

function firstWords(text: string): string {
  const characters = [...plainText(text)]
  return characters.length > MAX_CHIP_CHARACTERS
    ? `${characters.slice(0, MAX_CHIP_CHARACTERS).join('')}…`
    : characters.join('')
}

/** What a custom post holds: its address is shown as text, since it can be anything. */
function LinkRecord({ url, mimetype }: { url: string; mimetype: string | undefined }): ReactNode {
  return (
    <p className="chip record">
      <LinkIcon />
      <span>
        {richWords('post.linkRecord', { url: <bdi>{plainText(url)}</bdi> })}
        {mimetype === undefined || mimetype === '' ? undefined : <bdi> ({plainText(mimetype)})</bdi>}
      </span>
    </p>
  )
}
