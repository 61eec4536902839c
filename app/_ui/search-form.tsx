import type { ReactNode } from 'react'
import { type FieldValues, fieldsOf, type SearchField } from '../_lib/search-fields.ts'
import { factsOf, LANGUAGES, type Language } from '../_words/languages.ts'
import { currentRendering } from '../_words/rendering.ts'
import { words } from '../_words/words.ts'

/** Beside those of the interface: what posts are often written in. */
const MORE_LANGUAGES = ['it', 'nl', 'pl', 'tr', 'uk', 'ko', 'fa', 'he', 'el', 'sv', 'cs', 'hi', 'th', 'vi'] as const
const MAX_CHARACTERS = 400

/** The words, and fields that show and change their operators. Their address leads to the one query they ask for. */
export function SearchForm({ text, type, sort }: { text: string; type?: string; sort?: string }): ReactNode {
  const values = fieldsOf(text)
  return (
    <search>
      <form action="/search" className="query">
        <label htmlFor="q">{words('search.field')}</label>
        <div className="find">
          <input
            type="search"
            id="q"
            name="q"
            defaultValue={text}
            dir="auto"
            maxLength={MAX_CHARACTERS}
            autoComplete="off"
          />
          <button type="submit">{words('search.go')}</button>
        </div>
        <input type="hidden" name="old" value={text} />
        {type === undefined ? undefined : <input type="hidden" name="type" value={type} />}
        {sort === undefined ? undefined : <input type="hidden" name="sort" value={sort} />}
        {type === undefined ? <Operators values={values} isOpen={text === ''} /> : undefined}
      </form>
    </search>
  )
}

function Operators({ values, isOpen }: { values: FieldValues; isOpen: boolean }): ReactNode {
  return (
    <details open={isOpen || Object.keys(values).length > 0}>
      <summary>{words('search.narrow')}</summary>
      <div className="fields-grid">
        <TextField name="from" values={values} placeholder="@name" />
        <TextField name="mention" values={values} placeholder="@name" />
        <TextField name="tag" values={values} placeholder="#tag" />
        <DayField name="since" values={values} />
        <DayField name="until" values={values} />
        <LanguageField value={values.lang} />
      </div>
      <fieldset>
        <legend>{words('search.only')}</legend>
        {(['link', 'reply', 'rt'] as const).map((name) => (
          <label key={name} className="check">
            <input type="checkbox" name={name} value="1" defaultChecked={values[name] !== undefined} />{' '}
            {words(`search.has.${name}`)}
          </label>
        ))}
      </fieldset>
    </details>
  )
}

interface FieldProps<Name extends SearchField> {
  name: Name
  values: FieldValues
}

function TextField(props: FieldProps<'from' | 'mention' | 'tag'> & { placeholder: string }): ReactNode {
  return (
    <label>
      {words(`search.${props.name}`)}
      <input
        name={props.name}
        defaultValue={props.values[props.name]}
        placeholder={props.placeholder}
        dir="auto"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
    </label>
  )
}

function DayField({ name, values }: FieldProps<'since' | 'until'>): ReactNode {
  return (
    <label>
      {words(`search.${name}`)}
      <input type="date" name={name} defaultValue={values[name]} />
    </label>
  )
}

function LanguageField({ value }: { value: string | undefined }): ReactNode {
  const { language } = currentRendering()
  const codes = new Set<string>([...LANGUAGES, ...MORE_LANGUAGES, ...(value === undefined ? [] : [value])])
  const options = [...codes].map((code) => ({ code, name: languageName(code, language) }))
  const inOrder = options.sort((one, other) => one.name.localeCompare(other.name, language))
  return (
    <label>
      {words('search.lang')}
      <select name="lang" defaultValue={value ?? ''}>
        <option value="">{words('search.anyLanguage')}</option>
        {inOrder.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

const names = new Map<Language, Intl.DisplayNames>()

function languageName(code: string, language: Language): string {
  const known = names.get(language) ?? new Intl.DisplayNames(factsOf(language).locale, { type: 'language' })
  names.set(language, known)
  return known.of(code) ?? code
}
