import type { ReactNode } from 'react'
import type { IgnoredPart } from '../../db/queries/search-query.ts'
import { standingOfUser } from '../../db/queries/tombstone.ts'
import { parseUsername } from '../../node/protocol/username.ts'
import { calmText } from '../_lib/names.ts'
import { partsOf } from '../_lib/search-fields.ts'
import { currentSite } from '../_lib/site.ts'
import { richWords, words } from '../_words/words.ts'
import { plainText } from './user-text.tsx'

const OPERATORS = [
  ['from:alice', 'search.help.from'],
  ['to:alice', 'search.help.to'],
  ['@bob', 'search.help.mention'],
  ['#tag', 'search.help.tag'],
  ['since:2026-01-31', 'search.help.since'],
  ['until:2026-06', 'search.help.until'],
  ['has:link', 'search.help.link'],
  ['has:reply', 'search.help.reply'],
  ['has:rt', 'search.help.rt'],
  ['lang:ar', 'search.help.lang'],
  ['"two words"', 'search.help.phrase'],
  ['-word', 'search.help.not'],
] as const

/** Links that take one part out of a query. */
const MAX_WITHOUT = 6

export function SearchHelp({ children }: { children?: ReactNode }): ReactNode {
  return (
    <>
      <section>
        <h2>{words('search.operators')}</h2>
        <dl className="facts">
          {OPERATORS.map(([operator, key]) => (
            <Operator key={operator} operator={operator} meaning={words(key)} />
          ))}
        </dl>
      </section>
      <section>
        <h2>{words('search.what')}</h2>
        <p className="small mut">{words('search.whatText')}</p>
      </section>
      {children}
    </>
  )
}

function Operator({ operator, meaning }: { operator: string; meaning: string }): ReactNode {
  return (
    <>
      <dt>
        <code dir="ltr">{operator}</code>
      </dt>
      <dd>{meaning}</dd>
    </>
  )
}

/** What of the query was not understood, and why. */
export function SearchNotes({ ignored }: { ignored: readonly IgnoredPart[] }): ReactNode {
  return (
    <ul className="note">
      {ignored.map(({ text, code }) => (
        <li key={`${code} ${text}`}>{richWords(`search.ignored.${code}`, { text: <bdi>{calmText(text)}</bdi> })}</li>
      ))}
    </ul>
  )
}

export type SearchType = 'posts' | 'people' | 'tags'

interface NothingFoundProps {
  text: string
  type: SearchType
  /** The search was given up, so there may be something. */
  isCut: boolean
}

/** What was not found, and what to try instead. */
export function NothingFound({ text, type, isCut }: NothingFoundProps): ReactNode {
  return (
    <div className="empty">
      <p>{words(isCut ? 'search.cut' : `search.nothing.${type}`)}</p>
      <Hints text={text} type={type} />
    </div>
  )
}

async function Hints({ text, type }: Pick<NothingFoundProps, 'text' | 'type'>): Promise<ReactNode> {
  const parts = partsOf(text)
  const [only, ...others] = parts
  const name = others.length === 0 ? parseUsername((only ?? '').replace(/^@/, '').toLowerCase()) : undefined
  const standing = name === undefined ? undefined : await standingOfUser(currentSite().reader, name)
  const without = parts.length < 2 || type !== 'posts' ? [] : parts.slice(0, MAX_WITHOUT)
  return (
    <ul className="hints">
      {standing?.isRegistered !== true ? undefined : (
        <li>
          <a href={`/@${name}`}>{richWords('search.hint.name', { name: <bdi>@{name}</bdi> })}</a>
        </li>
      )}
      {without.map((part, at) => (
        <li key={part}>
          <a href={searchAddress(parts.filter((_, other) => other !== at).join(' '))}>
            {richWords('search.hint.without', { part: <bdi>{plainText(part)}</bdi> })}
          </a>
        </li>
      ))}
      {(['posts', 'people', 'tags'] as const)
        .filter((one) => one !== type)
        .map((one) => (
          <li key={one}>
            <a href={searchAddress(text, { type: one === 'posts' ? undefined : one })}>{words(`search.hint.${one}`)}</a>
          </li>
        ))}
    </ul>
  )
}

export function searchAddress(text: string, rest: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams({ q: text })
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) query.set(name, value)
  return `/search?${query}`
}
