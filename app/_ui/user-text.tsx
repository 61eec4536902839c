import type { ReactNode } from 'react'
import { markedParts } from '../../db/queries/search-marks.ts'
import { type TextToken, tokenizeText } from '../../node/protocol/text-tokens.ts'
import { calmText } from '../_lib/names.ts'
import { hostOf, shortUrl } from '../_lib/shown-text.ts'
import { isSafeHref } from '../_lib/web-address.ts'
import { pageMarks } from './marks.ts'

interface UserTextProps {
  text: string
  className?: string
  /** Of schema.org, where the words are a property of something. */
  itemProp?: 'text'
  lang?: string | undefined
}

/** A user's words: tokens become elements, never markup, and every link says itself where it leads. */
export function UserText({ text, className = 'text', itemProp, lang }: UserTextProps): ReactNode {
  return (
    <div className={className} dir="auto" lang={lang} itemProp={itemProp}>
      {elementsOf(tokenizeText(calmText(text)), 'links')}
    </div>
  )
}

/** For one line inside another link or chip: the same words without links and breaks. */
export function plainText(text: string): string {
  return calmText(text).replace(/\s+/gu, ' ').trim()
}

type Links = 'links' | 'no-links'

function elementsOf(tokens: readonly TextToken[], links: Links): ReactNode[] {
  return tokens.map((token, at) => elementOf(token, `${at}`, links))
}

function elementOf(token: TextToken, key: string, links: Links): ReactNode {
  switch (token.kind) {
    case 'text':
      return <Words key={key} text={token.text} />
    case 'linebreak':
      return <br key={key} />
    case 'code':
      return (
        <code key={key} dir="ltr">
          {token.text}
        </code>
      )
    case 'link':
      return linkElement(token.url, token.children, key, links)
    case 'mention':
      return inner(`/@${token.username}`, `@${token.username}`, key, links)
    case 'hashtag':
      return inner(`/hashtag/${encodeURIComponent(token.tag)}`, `#${token.text}`, key, links)
    case 'twistLink': {
      const label = token.children === undefined ? token.uri : elementsOf(token.children, 'no-links')
      return inner(`/twist/${encodeURIComponent(token.uri.slice('twist:'.length))}`, label, key, links)
    }
    case 'email':
      return outer(`mailto:${token.address}`, token.address, key, links)
    case 'part':
      return (
        <span key={key} className="mut">
          {token.text}
        </span>
      )
    case 'bold':
      return <strong key={key}>{elementsOf(token.children, links)}</strong>
    case 'italic':
      return <em key={key}>{elementsOf(token.children, links)}</em>
    case 'underline':
      return <u key={key}>{elementsOf(token.children, links)}</u>
    case 'strike':
      return <s key={key}>{elementsOf(token.children, links)}</s>
  }
}

/** Marked where a search looked for them. */
function Words({ text }: { text: string }): ReactNode {
  const marks = pageMarks()
  if (marks === undefined) return text
  return markedParts(text, marks).map((part, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, which never changes
    part.isMarked ? <mark key={at}>{part.text}</mark> : part.text,
  )
}

function linkElement(url: string, children: readonly TextToken[] | undefined, key: string, links: Links): ReactNode {
  if (children === undefined) return outer(url, shortUrl(url), key, links)
  // A name of the writer's own must not hide where the link leads.
  const host = hostOf(url)
  return (
    <span key={key}>
      {outer(url, elementsOf(children, 'no-links'), 'name', links)}
      {host === undefined ? undefined : <span className="mut small"> ({host})</span>}
    </span>
  )
}

function inner(href: string, label: ReactNode, key: string, links: Links): ReactNode {
  if (links === 'no-links') return <bdi key={key}>{label}</bdi>
  return (
    <a key={key} href={href} dir="auto">
      {label}
    </a>
  )
}

function outer(href: string, label: ReactNode, key: string, links: Links): ReactNode {
  if (links === 'no-links' || !isSafeHref(href)) return <bdi key={key}>{label}</bdi>
  return (
    <a key={key} href={href} rel="nofollow ugc noopener noreferrer" dir="auto">
      {label}
    </a>
  )
}
