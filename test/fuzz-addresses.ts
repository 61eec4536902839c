import fc from 'fast-check'
import type { ApiCall, ApiParameter } from './api-document.ts'

/** What calls may be asked about, besides what is no name, number or tag at all. */
export interface FuzzSubjects {
  users: readonly string[]
  /** name/number */
  posts: readonly string[]
  tags: readonly string[]
  blocks: readonly string[]
  /** Given out by this call. */
  cursors: readonly string[]
  /** Given out by others. */
  foreignCursors: readonly string[]
}

/** Texts that were too much for somebody's parser, once. */
const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  '%',
  '_',
  '\\',
  "'; select pg_sleep(9) --",
  '../../etc/passwd',
  '..',
  '.',
  '//',
  '?',
  '#',
  '&a=b',
  'NaN',
  'Infinity',
  '-0',
  '1e3',
  '1e999',
  '0x10',
  '007',
  ' 7 ',
  '+7',
  '7.0',
  '2147483647',
  '2147483648',
  '999999999',
  '1000000000',
  '9007199254740993',
  '-9223372036854775809',
  '253402300800',
  'true',
  'null',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  'toString',
  '\ud800',
  '\ufeff',
  '\u202e',
  'İ',
  'ſ',
  'ß'.repeat(90),
  '💨'.repeat(80),
  'e\u0301'.repeat(300),
  '('.repeat(900),
  '"'.repeat(900),
  'a-'.repeat(900),
  '!'.repeat(16),
  'a,'.repeat(500),
  'alice/0,'.repeat(60),
  'x'.repeat(2000),
]

/** Pieces of which searches are made, well or badly. */
const SEARCH_PIECES = ['wind', 'hallo', 'OR', '|', '-', '"', '“', '#', '@', 'from:', 'to:', 'since:', 'until:'].concat([
  'has:',
  'lang:',
  'alice',
  '2026-11',
  '2026-13-99',
  '0000',
  'link',
  'de',
  '*',
  '&',
  '!',
  ':*',
  '<->',
  '\\',
  "'",
  '風',
])

/** The call with the first of what fits each parameter that it needs. */
export function plainAddress(call: ApiCall, subjects: FuzzSubjects): string {
  return addressOf(call, (parameter) => (isNeeded(parameter) ? fittingTexts(parameter, subjects).slice(0, 1) : []))
}

/** The same with each odd text in place of each parameter. */
export function oddAddresses(call: ApiCall, subjects: FuzzSubjects): string[] {
  return call.parameters.flatMap((odd) =>
    ODD_TEXTS.map((text) =>
      addressOf(call, (parameter) => {
        if (parameter === odd) return [text]
        return isNeeded(parameter) ? fittingTexts(parameter, subjects).slice(0, 1) : []
      }),
    ),
  )
}

/** Addresses of a call: many with one parameter wrong, some with several, and some with a parameter of no call. */
export function fuzzedAddress(call: ApiCall, subjects: FuzzSubjects): fc.Arbitrary<string> {
  const { parameters } = call
  const last = Math.max(0, parameters.length - 1)
  const wrong = fc.oneof(
    { weight: 4, arbitrary: fc.constant<number[]>([]) },
    { weight: 5, arbitrary: fc.nat(last).map((at) => [at]) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.nat(last)) },
  )
  const made = wrong.chain((wrongs) =>
    fc.tuple(...parameters.map((parameter, at) => parameterTexts(parameter, subjects, wrongs.includes(at)))),
  )
  return fc
    .tuple(made, strayQuery)
    .map(([texts, stray]) => addressOf(call, (parameter) => texts[parameters.indexOf(parameter)] ?? [], stray))
}

/** A path takes the first text of its parameter; a query all of them. */
function addressOf(call: ApiCall, textsOf: (parameter: ApiParameter) => string[], stray: string[] = []): string {
  let path = call.path
  const query = [...stray]
  for (const parameter of call.parameters) {
    const { name, in: place } = parameter
    for (const text of textsOf(parameter)) {
      if (place === 'path') path = path.replace(`{${name}}`, () => escaped(text))
      else query.push(`${name}=${escaped(text)}`)
    }
  }
  return query.length === 0 ? path : `${path}?${query.join('&')}`
}

function isNeeded(parameter: ApiParameter): boolean {
  return parameter.in === 'path' || parameter.required === true
}

/** What nobody asked for, and what is no list of parameters. */
const strayQuery = fc.oneof(
  { weight: 15, arbitrary: fc.constant<string[]>([]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('%', '%ff=1', '=%E0%A4', 'nonsense', '__proto__=1', '=').map((raw) => [raw]),
  },
)

/** None where it may be left out; twice at times where it is wrong. */
function parameterTexts(parameter: ApiParameter, subjects: FuzzSubjects, isWrong: boolean): fc.Arbitrary<string[]> {
  if (isWrong) return fc.array(oddText(parameter, subjects), { minLength: 1, maxLength: 2 })
  const fitting = fittingText(parameter, subjects)
  return isNeeded(parameter) ? fitting.map((text) => [text]) : fc.array(fitting, { maxLength: 1 })
}

function oddText({ name, schema }: ApiParameter, subjects: FuzzSubjects): fc.Arbitrary<string> {
  const common = [
    fc.constantFrom(...ODD_TEXTS),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
  ]
  if (name === 'cursor') return fc.oneof(...common, changedCursor([...subjects.cursors, ...subjects.foreignCursors]))
  const { minimum = 0, maximum = 1_000_000_000 } = schema
  return fc.oneof(...common, fc.constantFrom(minimum - 1, maximum + 1, maximum + 0.5).map(String))
}

function fittingText(parameter: ApiParameter, subjects: FuzzSubjects): fc.Arbitrary<string> {
  const { name, schema } = parameter
  if (name === 'q') return fc.array(fc.constantFrom(...SEARCH_PIECES), { maxLength: 60 }).chain(spaced)
  if (name === 'users' || name === 'ids') {
    const texts = fc.constantFrom(...fittingTexts(parameter, subjects))
    return fc.array(texts, { minLength: 1, maxLength: 50 }).map((all) => all.join())
  }
  if (schema.enum === undefined && isNumber(parameter) && name !== 'k') {
    return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 60, 2_000_000_000) }).map(String)
  }
  return fc.constantFrom(...fittingTexts(parameter, subjects))
}

function isNumber({ schema }: ApiParameter): boolean {
  return schema.type === 'integer' || schema.type === 'number'
}

function fittingTexts({ name, schema }: ApiParameter, subjects: FuzzSubjects): readonly string[] {
  if (schema.enum !== undefined) return schema.enum
  switch (name) {
    case 'n':
    case 'users':
      return subjects.users
    case 'k':
      return ['0', '1', '5', '30', '46', '52', '56']
    case 'ids':
      return subjects.posts
    case 'tag':
      return subjects.tags
    case 'id':
      return subjects.blocks
    case 'cursor':
      return subjects.cursors.length === 0 ? ['A'] : subjects.cursors
    default:
      return [String(schema.example ?? schema.minimum ?? 'a')]
  }
}

function spaced(pieces: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom('', ' ', '\t', ' -').map((space) => pieces.join(space))
}

/** As it was given out, or with a few of its characters changed, lost or added. */
function changedCursor(cursors: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('', ...cursors), fc.nat(600), fc.nat(3), fc.constantFrom('', 'A', '_', '-', '=', 'é'))
    .map(([cursor, place, lost, added]) => {
      const at = place % (cursor.length + 1)
      return cursor.slice(0, at) + added + cursor.slice(at + lost)
    })
}

/** Half a character cannot stand in an address: some readers send such bytes all the same. */
function escaped(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    return '%ED%A0%80'
  }
}
