import type { ReactNode } from 'react'
import type { TipView } from '../../db/views.ts'
import { formatAgo } from '../_lib/format.ts'
import { factsOf, LANGUAGES } from '../_words/languages.ts'
import { currentRendering } from '../_words/rendering.ts'
import { words } from '../_words/words.ts'
import { Logo } from './icons.tsx'

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

export interface HeaderProps {
  /** Which entry of the navigation the page is. */
  current?: (typeof NAVIGATION)[number]['name']
}

export function Header({ current }: HeaderProps): ReactNode {
  return (
    <>
      <a className="skip" href="#main">
        {words('frame.skip')}
      </a>
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
    </>
  )
}

/** `children` stand under the promise and under the links. */
export function Footer({ record, children }: { record?: ReactNode; children?: ReactNode }): ReactNode {
  return (
    <footer className="foot">
      <div className="frame">
        <p>
          {words('frame.promise')}
          {record === undefined ? undefined : (
            <>
              <br />
              {record}
            </>
          )}
        </p>
        <ul>
          {FOOT.map(({ href, label }) => (
            <li key={href}>
              <a href={href}>{words(label)}</a>
            </li>
          ))}
          <li data-keys="" hidden>
            <button type="button" className="plain">
              {words('keys.title')}
            </button>
          </li>
        </ul>
        {children}
      </div>
    </footer>
  )
}

/** How far the chain has been read. */
export function tipWords(best: TipView | undefined, now: number): string {
  if (best === undefined) return words('frame.noBlock')
  return words('frame.block', { height: best.height, ago: formatAgo(best.time, now) })
}

/** Each leads to this page in its language; the address remembers the choice, nothing else does. */
export function Languages(): ReactNode {
  const { language: current, address } = currentRendering()
  return (
    <nav className="languages" aria-label={words('frame.languages')}>
      {LANGUAGES.map((language) => {
        const { tag, name } = factsOf(language)
        const isCurrent = language === current
        return (
          <a key={language} hrefLang={tag} lang={tag} href={inLanguage(language, address)} aria-current={isCurrent}>
            {name}
          </a>
        )
      })}
    </nav>
  )
}

/** Tells search engines where this page is in the other languages, and where it is in the reader's own. */
export function Alternates(): ReactNode {
  const { origin, address } = currentRendering()
  return (
    <>
      {LANGUAGES.map((language) => {
        const href = origin + inLanguage(language, address)
        return <link key={language} rel="alternate" hrefLang={factsOf(language).tag} href={href} />
      })}
      <link rel="alternate" hrefLang="x-default" href={origin + address} />
    </>
  )
}

function inLanguage(language: string, address: string): string {
  return `/${language}${address === '/' ? '' : address}`
}
