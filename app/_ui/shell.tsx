import type { ReactNode } from 'react'
import { tip } from '../../db/queries/blocks.ts'
import type { TipView } from '../../db/views.ts'
import { formatDuration } from '../_lib/format.ts'
import { currentSite } from '../_lib/site.ts'
import { factsOf, LANGUAGES } from '../_words/languages.ts'
import { currentRendering } from '../_words/rendering.ts'
import { words } from '../_words/words.ts'
import { Logo } from './icons.tsx'
import { SiteSharing } from './sharing.tsx'

const NAVIGATION = [
  { name: 'posts', href: '/', label: 'frame.posts' },
  { name: 'trends', href: '/trends', label: 'frame.trends' },
  { name: 'people', href: '/names', label: 'frame.people' },
  { name: 'search', href: '/search', label: 'frame.search' },
] as const

const FOOT = [
  { href: '/about', label: 'frame.about' },
  { href: '/api', label: 'frame.api' },
  { href: '/status', label: 'frame.status' },
  { href: '/stats', label: 'frame.stats' },
  { href: '/chain', label: 'frame.chain' },
  { href: '/promoted', label: 'frame.promoted' },
  { href: '/privacy', label: 'frame.privacy' },
  { href: '/takedown', label: 'frame.takedown' },
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
  /** Elements for the document's head: feeds, cards. */
  head?: ReactNode
  /** Of static-files.ts: what does more of this page where there is JavaScript. */
  module?: string
  children: ReactNode
}

export async function Shell(props: ShellProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const best = await tip(reader)
  const { origin, address } = currentRendering()
  const isUnlisted = props.isUnlisted || props.status !== undefined
  return (
    <>
      <title>{`${props.title} · Windsock`}</title>
      {props.status === undefined ? undefined : <meta name="windsock-status" content={String(props.status)} />}
      {props.module === undefined ? undefined : <meta name="windsock-module" content={props.module} />}
      {isUnlisted ? <meta name="robots" content="noindex" /> : <link rel="canonical" href={origin + address} />}
      {props.head ?? (isUnlisted ? undefined : <SiteSharing title={props.title} />)}
      <a className="skip" href="#main">
        {words('frame.skip')}
      </a>
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
      <Footer best={best} now={clock.now()} />
    </>
  )
}

function Header({ current }: Pick<ShellProps, 'current'>): ReactNode {
  return (
    <header className="top">
      <div className="frame">
        <a className="logo" href="/">
          <Logo /> Windsock
        </a>
        <nav aria-label={words('frame.main')}>
          <ul>
            {NAVIGATION.map((entry) => (
              <li key={entry.name}>
                <a href={entry.href} aria-current={current === entry.name ? 'page' : undefined}>
                  {words(entry.label)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {current === 'search' ? undefined : (
          <search>
            <form action="/search">
              <input type="search" name="q" placeholder={words('frame.search')} aria-label={words('frame.search')} />
            </form>
          </search>
        )}
      </div>
    </header>
  )
}

function Footer({ best, now }: { best: TipView | undefined; now: number }): ReactNode {
  return (
    <footer className="foot">
      <div className="frame">
        <p>
          {words('frame.promise')}
          <br />
          {best === undefined
            ? words('frame.noBlock')
            : words('frame.block', { height: best.height, age: formatDuration(now - best.time) })}
        </p>
        <ul>
          {FOOT.map(({ href, label }) => (
            <li key={href}>
              <a href={href}>{words(label)}</a>
            </li>
          ))}
        </ul>
        <Languages />
      </div>
    </footer>
  )
}

/** Each leads to this page in its language; the address remembers the choice, nothing else does. */
function Languages(): ReactNode {
  const { language: current, address } = currentRendering()
  return (
    <ul className="languages" aria-label={words('frame.languages')}>
      {LANGUAGES.map((language) => {
        const { tag, name } = factsOf(language)
        const href = `/${language}${address === '/' ? '' : address}`
        return (
          <li key={language}>
            <a hrefLang={tag} lang={tag} href={href} aria-current={language === current ? 'true' : undefined}>
              {name}
            </a>
          </li>
        )
      })}
    </ul>
  )
}
