import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const FOLDER = new URL('.', import.meta.url)
const SHEETS = readdirSync(FOLDER).filter((name) => name.endsWith('.css'))

/** The lines of all sheets that a pattern finds, with their sheet. */
function linesWith(pattern: RegExp): string[] {
  return SHEETS.flatMap((name) => {
    const lines = readFileSync(new URL(name, FOLDER), 'utf8').split('\n')
    return lines.filter((line) => pattern.test(line)).map((line) => `${name}: ${line.trim()}`)
  })
}

test('what lies along a line is named by its start and its end, so that it turns with the language', () => {
  expect(linesWith(/(^|[^-\w])((margin|padding|border)-)?(left|right)(-[a-z]+)?:|text-align: (left|right)/)).toEqual([])
})

test('nothing moves by itself', () => {
  expect(linesWith(/animation|transition|scroll-behavior|@keyframes/)).toEqual([])
})

test('colours are the tokens of base.css, and of the system where it has its own', () => {
  expect(
    linesWith(/#[0-9a-f]{3,8}\b|\brgb|\bhsl|\boklch/i).filter((line) => !/^base\.css: --[a-z]+:/.test(line)),
  ).toEqual([])
})

test('a focus that can be seen is never taken away', () => {
  expect(linesWith(/outline: (none|0)/)).toEqual([])
})
