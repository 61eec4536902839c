import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codingOf, prefersJson } from './negotiate.ts'

test.each([
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['br;q=0.5, gzip', 'gzip'],
  ['BR', 'br'],
  ['*', 'br'],
  ['*;q=0.1, br;q=0', 'gzip'],
  ['gzip;q=0', undefined],
  ['gzip; q=0.000, br;q=0', undefined],
  ['identity', undefined],
  ['deflate, zstd', undefined],
  ['', undefined],
  [undefined, undefined],
])('Accept-Encoding %s is answered in %s', (header, coding) => {
  expect(codingOf(header)).toBe(coding)
})

test.each([
  ['application/json', true],
  ['application/json, text/plain, */*', true],
  ['Application/JSON;q=0.9, text/html;q=0.8', true],
  ['application/json;q=0.5, */*;q=0.1', true],
  ['application/json; charset=utf-8', true],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false],
  ['text/html, application/json', false],
  ['application/json;q=0', false],
  ['application/json;q=0.5, */*', false],
  ['application/problem+json', false],
  ['*/*', false],
  ['', false],
  [undefined, false],
])('Accept %s prefers JSON: %s', (header, expected) => {
  expect(prefersJson(header)).toBe(expected)
})

test('no header is an error', () => {
  const piece = fc.constantFrom('q=', 'json', 'application/json', ';', ',', '*', '/', '1', '.', 'gzip', ' ')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join('')),
      ),
      (header) => {
        codingOf(header)
        prefersJson(header)
      },
    ),
  )
})
