import type { ReactNode } from 'react'
import { tip } from '../../db/queries/blocks.ts'
import type { TipView } from '../../db/views.ts'
import { formatDuration, formatNumber } from '../_lib/format.ts'
import { currentSite } from '../_lib/site.ts'
import { Logo } from './icons.tsx'

const NAVIGATION = [
  { name: 'posts', href: '/', label: 'Posts' },
  { name: 'people', href: '/names', label: 'People' },
  { name: 'promoted', href: '/promoted', label: 'Promoted' },
  { name: 'status', href: '/status', label: 'Status' },
] as const

interface ShellProps {
  title: string
  current?: (typeof NAVIGATION)[number]['name']
  /** Beside the column on wide screens, after it on small ones. */
  aside?: ReactNode
  /** A card that stands before the column on small screens, and holds the heading. */
  card?: ReactNode
  /** The status of the answer when it is not 200; such a page is not for search engines. */
  status?: 400 | 404 | 410 | 451
  isUnlisted?: boolean
  /** Of static-files.ts: what does more of this page where there is JavaScript. */
  module?: string
  children: ReactNode
}

export async function Shell(props: ShellProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const best = await tip(reader)
  const isUnlisted = props.isUnlisted || props.status !== undefined
  return (
    <>
      <title>{`${props.title} · Windsock`}</title>
      {props.status === undefined ? undefined : <meta name="windsock-status" content={String(props.status)} />}
      {props.module === undefined ? undefined : <meta name="windsock-module" content={props.module} />}
      {isUnlisted ? <meta name="robots" content="noindex" /> : undefined}
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="top">
        <div className="frame">
          <a className="logo" href="/">
            <Logo /> Windsock
          </a>
          <nav aria-label="Main">
            <ul>
              {NAVIGATION.map((entry) => (
                <li key={entry.name}>
                  <a href={entry.href} aria-current={props.current === entry.name ? 'page' : undefined}>
                    {entry.label}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </div>
      </header>
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
      <Footer best={best} now={clock.now()} />
    </>
  )
}

function Footer({ best, now }: { best: TipView | undefined; now: number }): ReactNode {
  return (
    <footer className="foot">
      <div className="frame">
        <p>
          Windsock only reads twister. It has no accounts and keeps no visitor logs.
          <br />
          {best === undefined
            ? 'No block has been indexed yet.'
            : `Block ${formatNumber(best.height)}, made ${formatDuration(now - best.time)} ago.`}
        </p>
        <ul>
          <li>
            <a href="/about">About</a>
          </li>
          <li>
            <a href="/api">API</a>
          </li>
          <li>
            <a href="/status">Status</a>
          </li>
        </ul>
      </div>
    </footer>
  )
}
