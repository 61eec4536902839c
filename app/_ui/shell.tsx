import type { ReactNode } from 'react'
import { tip } from '../../db/queries/blocks.ts'
import { currentSite } from '../_lib/site.ts'
import { currentRendering } from '../_words/rendering.ts'
import { Alternates, Footer, Header, type HeaderProps, Languages, tipWords } from './frame.tsx'
import { SiteSharing } from './sharing.tsx'

interface ShellProps extends HeaderProps {
  title: string
  /** Beside the column on wide screens, after it on small ones. */
  aside?: ReactNode
  /** A card that stands before the column on small screens, and holds the heading. */
  card?: ReactNode
  /** The status of the answer when it is not 200; such a page is not for search engines. */
  status?: 400 | 404 | 410 | 451
  isUnlisted?: boolean
  /** Elements for the document's head: feeds, cards. */
  head?: ReactNode
  /** Of browser-code.ts: what does more of this page where there is JavaScript, beside what is done for every page. */
  module?: string
  children: ReactNode
}

export async function Shell(props: ShellProps): Promise<ReactNode> {
  const { reader, clock, files, shared } = currentSite()
  const best = await shared.get('tip', () => tip(reader))
  const rendering = currentRendering()
  if (props.status !== undefined) rendering.status = props.status
  const { origin, address } = rendering
  const isUnlisted = props.isUnlisted || props.status !== undefined
  return (
    <>
      <title>{`${props.title} · Windsock`}</title>
      {isUnlisted ? (
        <meta name="robots" content="noindex" />
      ) : (
        <>
          <link rel="canonical" href={origin + address} />
          <Alternates />
        </>
      )}
      {props.head ?? (isUnlisted ? undefined : <SiteSharing title={props.title} />)}
      <Header current={props.current} />
      {props.card === undefined ? (
        <div className="frame page">
          <main id="main" className="column">
            {props.children}
          </main>
          {props.aside === undefined ? undefined : <aside className="side">{props.aside}</aside>}
        </div>
      ) : (
        <main id="main" className="frame page">
          <div className="side card">{props.card}</div>
          <div className="column">{props.children}</div>
        </main>
      )}
      <Footer record={tipWords(best, clock.now())}>
        <Languages />
      </Footer>
      {props.module === undefined ? undefined : <script type="module" src={files.modulePath(props.module)} />}
    </>
  )
}
