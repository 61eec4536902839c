import { describe, expect, test } from 'vitest'
import { factsOf, LANGUAGES } from '../_words/languages.ts'
import { CATALOGUES } from '../_words/words.ts'
import { errorPage, errorProblem, type RefusalCode } from './error-page.ts'

const SHEET = '/site-1.css'

function htmlOf(code: RefusalCode, language: (typeof LANGUAGES)[number], prefix = ''): string {
  return errorPage(code, SHEET, { language, prefix }).body.toString()
}

describe.each(LANGUAGES)('in %s', (language) => {
  test('a refusal says what is wrong, in the frame of the site', () => {
    const { tag, direction } = factsOf(language)
    const html = htmlOf('not-found', language)
    expect(html).toContain(`<html lang="${tag}"${direction === 'rtl' ? ' dir="rtl"' : ''}>`)
    expect(html).toContain(`<h1>${CATALOGUES[language]['refusal.notFoundTitle']}</h1>`)
    expect(html).toContain(`>${CATALOGUES[language]['frame.skip']}</a>`)
    expect(html.match(/<h1/g)).toHaveLength(1)
  })
})

test('links keep the language that the address names', () => {
  expect(htmlOf('not-found', 'pt', '/pt')).toContain('href="/pt/search"')
  expect(htmlOf('not-found', 'pt')).toContain('href="/search"')
  expect(htmlOf('not-found', 'pt', '/pt')).toContain(`href="${SHEET}"`)
})

test('nothing of it runs, and nothing is asked of it twice', () => {
  const html = htmlOf('internal-error', 'en')
  expect(html).not.toMatch(/<script|<style| style=| on[a-z]+=/)
  const spoken = { language: 'en', prefix: '' } as const
  expect(errorPage('too-busy', SHEET, spoken)).toBe(errorPage('too-busy', SHEET, spoken))
})

test('who is refused for a while is told for how long', () => {
  expect(errorPage('too-busy', SHEET, { language: 'en', prefix: '' }).headers['retry-after']).toBe('5')
  expect(errorPage('not-found', SHEET, { language: 'en', prefix: '' }).headers['retry-after']).toBeUndefined()
})

test('a program reads English and a code', () => {
  expect(JSON.parse(errorProblem('too-many-requests').body.toString())).toEqual({
    type: 'about:blank',
    title: 'Too many requests',
    status: 429,
    code: 'too-many-requests',
  })
})
