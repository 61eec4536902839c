import { readdirSync, readFileSync } from 'node:fs'
import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, test } from 'vitest'
import { factsOf, LANGUAGES, type Language } from './languages.ts'
import { inRendering } from './rendering.ts'
import { CATALOGUES, words } from './words.ts'

const APP = new URL('..', import.meta.url).pathname
const OTHERS = LANGUAGES.filter((language) => language !== 'en')
const KEYS = Object.keys(CATALOGUES.en)

type Part = ReturnType<IntlMessageFormat['getAst']>[number]

/** Every part of a message, those inside of plurals and tags too. */
function partsOf(parts: readonly Part[]): Part[] {
  return parts.flatMap((part) => [part, ...partsOf(innerOf(part))])
}

function innerOf(part: Part): Part[] {
  if ('options' in part) return Object.values(part.options).flatMap(({ value }) => value)
  return 'children' in part ? part.children : []
}

function parse(language: Language, text: string): Part[] {
  return partsOf(new IntlMessageFormat(text, factsOf(language).locale).getAst())
}

/** What the caller gives a message: "{count}", "<link>". */
function givenTo(parts: readonly Part[]): string[] {
  const names = parts.flatMap((part) => {
    if ('children' in part) return [`<${part.value}>`]
    return 'value' in part && !isLiteral(part) ? [`{${part.value}}`] : []
  })
  return [...new Set(names)].sort()
}

/** Of the parser: 0 is a piece of text. */
function isLiteral(part: Part): boolean {
  return part.type === 0
}

/** Which forms whole numbers take in a language; the one for all the rest is "other". */
function formsOf(language: Language): Set<string> {
  const rules = new Intl.PluralRules(factsOf(language).locale)
  const forms = Array.from({ length: 1000 }, (_, count) => rules.select(count) as string)
  return new Set([...forms, 'other'])
}

describe.each(LANGUAGES)('%s', (language) => {
  const texts = CATALOGUES[language]
  const known = Object.entries(texts)

  test('has each sentence, and no other', () => {
    expect({
      missing: KEYS.filter((key) => !texts[key]?.trim()),
      unknown: Object.keys(texts).filter((key) => !(key in CATALOGUES.en)),
    }).toEqual({ missing: [], unknown: [] })
  })

  test('puts into each sentence what English does', () => {
    const wrong = known.flatMap(([key, text]) => {
      const english = givenTo(parse('en', CATALOGUES.en[key] ?? ''))
      const given = givenTo(parse(language, text))
      return String(given) === String(english) ? [] : [`${key}: ${given} for ${english}`]
    })
    expect(wrong).toEqual([])
  })

  test('counts as its speakers do', () => {
    const forms = formsOf(language)
    const wrong = known.flatMap(([key, text]) =>
      parse(language, text).flatMap((part) => {
        if (!('pluralType' in part)) return []
        const given = Object.keys(part.options)
        const lacking = [...forms].filter((form) => !given.includes(form))
        const idle = given.filter((form) => !form.startsWith('=') && !forms.has(form))
        return lacking.length + idle.length === 0 ? [] : [`${key}: lacks ${lacking}, never says ${idle}`]
      }),
    )
    expect(wrong).toEqual([])
  })

  test('is set as it should be', () => {
    // A straight apostrophe quotes in ICU messages; what stands at an end is glued to something.
    expect(known.filter(([, text]) => /'|^\s|\s$|[^\S\u202f\u00a0]{2}/.test(text))).toEqual([])
  })
})

test('no sentence is there that no page says', () => {
  const files = readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.test)\.tsx?$/.test(file),
  )
  const code = files.map((file) => readFileSync(APP + file, 'utf8')).join('\n')
  const named = new Set([...code.matchAll(/['"]([a-z][A-Za-z]*(?:\.[\w-]+)+)['"]/g)].map(([, key]) => key))
  // Where a word of the data chooses the sentence: `search.has.${what}`.
  const begun = [...code.matchAll(/`([a-z][A-Za-z]*\.(?:[\w-]+\.)*)\$\{/g)].map(([, start = '']) => start)
  const isSaid = (key: string) => named.has(key) || begun.some((start) => key.startsWith(start))
  expect(KEYS.filter((key) => !isSaid(key))).toEqual([])
})

test('a page speaks the language it is made in', () => {
  const en = words('fetch.posts', { count: 1 })
  expect(en).toBe('1 post')
  for (const language of OTHERS) {
    const said = inRendering({ language, origin: 'http://localhost', address: '/' }, () => words('refusal.notFound'))
    expect(said).toBe(CATALOGUES[language]['refusal.notFound'])
  }
  expect(words('fetch.posts', { count: 4669 })).toBe('4\u202f669 posts')
})
