import type { ReactNode } from 'react'
import { words } from '../_words/words.ts'
import { Shell } from './shell.tsx'

export interface Chapter {
  /** Where the address of the page leads to it: `/about#ports`. */
  id: string
  title: string
  body: ReactNode
}

interface ProseProps {
  title: string
  heading: string
  lead: string
  chapters: readonly Chapter[]
}

/** A page to be read: what it holds stands beside it. */
export function Prose({ title, heading, lead, chapters }: ProseProps): ReactNode {
  const contents = (
    <nav aria-labelledby="contents">
      <h2 id="contents">{words('prose.contents')}</h2>
      <ul className="contents">
        {chapters.map(({ id, title: name }) => (
          <li key={id}>
            <a href={`#${id}`}>{name}</a>
          </li>
        ))}
      </ul>
    </nav>
  )
  return (
    <Shell title={title} aside={<section className="wide">{contents}</section>}>
      <h1>{heading}</h1>
      <p className="lead">{lead}</p>
      <div className="prose">
        {chapters.map(({ id, title: name, body }) => (
          <section key={id} id={id}>
            <h2>{name}</h2>
            {body}
          </section>
        ))}
      </div>
    </Shell>
  )
}

/** For richWords: what stands between the marks is a link. */
export function linkTo(href: string): (chunks: ReactNode) => ReactNode {
  return (chunks) => <a href={href}>{chunks}</a>
}

/** The same to another site, which is not told where the reader came from. */
export function linkOut(href: string): (chunks: ReactNode) => ReactNode {
  return (chunks) => (
    <a href={href} rel="noopener noreferrer">
      {chunks}
    </a>
  )
}
