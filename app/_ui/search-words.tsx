import type { ReactNode } from 'react'
import type { IgnoredPart } from '../../db/queries/search-query.ts'
import { calmText } from '../_lib/names.ts'
import { richWords, words } from '../_words/words.ts'

const OPERATORS = [
  ['from:alice', 'search.help.from'],
  ['to:alice', 'search.help.to'],
  ['@bob', 'search.help.mention'],
  ['#tag', 'search.help.tag'],
  ['since:2026-01-01', 'search.help.since'],
  ['until:2026-06', 'search.help.until'],
  ['has:link', 'search.help.link'],
  ['has:reply', 'search.help.reply'],
  ['has:rt', 'search.help.rt'],
  ['lang:ar', 'search.help.lang'],
  ['"two words"', 'search.help.phrase'],
  ['-word', 'search.help.not'],
] as const

export function SearchHelp(): ReactNode {
  return (
    <>
      <section>
        <h2>{words('search.operators')}</h2>
        <dl className="facts operators">
          {OPERATORS.map(([operator, key]) => (
            <div key={operator}>
              <dt>
                <code dir="ltr">{operator}</code>
              </dt>
              <dd>{words(key)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h2>{words('search.what')}</h2>
        <p className="small mut">{words('search.whatText')}</p>
      </section>
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

/** `isCut`: the search was given up, so there may be something. */
export function NothingFound({ view }: { view: { isCut: boolean } }): ReactNode {
  return <span className="empty">{words(view.isCut ? 'search.cut' : 'search.nothing')}</span>
}
