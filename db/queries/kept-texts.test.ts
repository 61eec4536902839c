import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withKeptTexts } from './kept-texts.ts'

interface Asked {
  template: TemplateStringsArray
  strings: readonly string[]
  values: unknown[]
}

/** Stands for the driver: answers with what it was asked. */
function driver(asked: Asked[] = []) {
  const tag = (strings: TemplateStringsArray, ...values: unknown[]): Promise<Asked> => {
    const one = { template: strings, strings: [...strings], values }
    asked.push(one)
    return Promise.resolve(one)
  }
  return Object.assign(tag, {
    begin: (_options: string, work: (tx: typeof tag) => Promise<Asked>) => work(tag),
    unsafe: (text: string) => ({ text }),
  })
}

test('fragments are laid into the text, and values stand where they stood', async () => {
  const sql = withKeptTexts(driver())
  const after = sql`and k > ${7}`
  const { strings, values } = await sql`select ${sql`k, n`} from t where n = ${'alice'} ${after} limit ${20}`
  expect(strings).toEqual(['select k, n from t where n = ', ' and k > ', ' limit ', ''])
  expect(values).toEqual(['alice', 7, 20])
})

test('the same code has the same text, one object, whatever the values are', async () => {
  const sql = withKeptTexts(driver())
  const ask = (k: number, isNamed: boolean) => sql`select ${isNamed ? sql`n` : sql`k`} where k = ${k}`
  expect((await ask(1, true)).template).toBe((await ask(2, true)).template)
  expect((await ask(1, false)).template).not.toBe((await ask(1, true)).template)
  expect((await ask(1, false)).strings).toEqual(['select k where k = ', ''])
})

test('a value and a fragment that change places are two texts', async () => {
  const sql = withKeptTexts(driver())
  const ask = (one: unknown, other: unknown) => sql`${one} x ${other}`
  const part = () => sql`p`
  expect((await ask(part(), 5)).strings).toEqual(['p x ', ''])
  expect((await ask(5, part())).strings).toEqual(['', ' x p'])
})

test('a query is asked once, and only when somebody waits; a fragment never', async () => {
  const asked: Asked[] = []
  const sql = withKeptTexts(driver(asked))
  const query = sql`select ${sql`k`}`
  expect(asked).toEqual([])
  await Promise.all([query, query])
  expect(asked).toHaveLength(1)
})

test('a transaction takes fragments of the tag it came from, and a text of its own making is passed on', async () => {
  const sql = withKeptTexts(driver())
  const { strings, values } = await sql.begin('read only', (tx) => tx`select ${sql`k`} ${sql.unsafe('limit 3')}`)
  expect(strings).toEqual(['select k ', ''])
  expect(values).toEqual([{ text: 'limit 3' }])
})

test('more texts than are kept are asked as the driver has it', async () => {
  const sql = withKeptTexts(driver())
  const templateOf = (text: string) => Object.assign([text], { raw: [text] })
  for (let i = 0; i < 20_001; i++) await sql(templateOf(`q${i}`))
  const { strings, values } = await sql`select ${sql`k`} ${1}`
  expect(strings).toEqual(['select ', ' ', ''])
  expect(await values[0]).toMatchObject({ strings: ['k'] })
})

/** A template with its values, which may be such trees again. */
interface Tree {
  strings: string[]
  values: (number | Tree)[]
}

test('whatever is nested in whatever, the text with its values is what one would write in one go', async () => {
  const sql = withKeptTexts(driver())
  const { tree } = fc.letrec<{ tree: Tree; value: number | Tree }>((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, fc.nat(), tie('tree')),
    tree: fc
      .array(tie('value'), { maxLength: 3 })
      .chain((values) =>
        fc
          .array(fc.string({ maxLength: 3 }), { minLength: values.length + 1, maxLength: values.length + 1 })
          .map((strings) => ({ strings, values })),
      ),
  }))
  const queryOf = ({ strings, values }: Tree): ReturnType<typeof sql> =>
    sql(
      Object.assign(strings, { raw: [...strings] }),
      ...values.map((value) => (typeof value === 'number' ? value : queryOf(value))),
    )
  const written = ({ strings, values }: Tree): string =>
    strings.map((text, at) => text + (at < values.length ? plain(values[at]) : '')).join('')
  const plain = (value: number | Tree | undefined): string =>
    typeof value === 'object' ? written(value) : `<${value}>`
  await fc.assert(
    fc.asyncProperty(tree, async (one) => {
      const { strings, values } = await queryOf(one)
      expect(strings.map((text, at) => text + (at < values.length ? `<${values[at]}>` : '')).join('')).toBe(
        written(one),
      )
    }),
  )
})
