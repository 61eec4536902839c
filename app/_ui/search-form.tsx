import type { ReactNode } from 'react'
import type { SearchField } from '../_lib/search-fields.ts'
import { factsOf, LANGUAGES } from '../_words/languages.ts'
import { words } from '../_words/words.ts'

/** The words, and fields that add operators to them. Their address leads to the one query they ask for. */
export function SearchForm({ text, type }: { text: string; type: string }): ReactNode {
  return (
    <form action="/search" className="query">
      <label htmlFor="q">{words('search.field')}</label>
      <div className="find">
        <input type="search" id="q" name="q" defaultValue={text} dir="auto" maxLength={400} autoComplete="off" />
        <button type="submit">{words('search.go')}</button>
      </div>
      {type === 'posts' ? undefined : <input type="hidden" name="type" value={type} />}
      <details>
        <summary>{words('search.narrow')}</summary>
        <div className="fields-grid">
          <TextField name="from" placeholder="@name" />
          <TextField name="mention" placeholder="@name" />
          <TextField name="tag" placeholder="#tag" />
          <DayField name="since" />
          <DayField name="until" />
          <label>
            {words('search.lang')}
            <select name="lang" defaultValue="">
              <option value="">{words('search.anyLanguage')}</option>
              {LANGUAGES.map((language) => (
                <option key={language} value={language} lang={factsOf(language).tag}>
                  {factsOf(language).name}
                </option>
              ))}
            </select>
          </label>
        </div>
        <fieldset>
          <legend>{words('search.only')}</legend>
          {(['link', 'reply', 'rt'] as const).map((name) => (
            <label key={name} className="check">
              <input type="checkbox" name={name} value="1" /> {words(`search.has.${name}`)}
            </label>
          ))}
        </fieldset>
      </details>
    </form>
  )
}

function TextField({ name, placeholder }: { name: 'from' | 'mention' | 'tag'; placeholder: string }): ReactNode {
  return (
    <label>
      {words(`search.${name}`)}
      <input name={name satisfies SearchField} placeholder={placeholder} dir="auto" autoCapitalize="none" />
    </label>
  )
}

function DayField({ name }: { name: 'since' | 'until' }): ReactNode {
  return (
    <label>
      {words(`search.${name}`)}
      <input type="date" name={name} />
    </label>
  )
}
