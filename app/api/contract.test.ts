import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openReader } from '../../db/queries/reader.ts'
import { createApi } from './api.ts'
import { type CallReference, type Reference, referenceOf, type Words } from './reference.ts'

const PUBLISHED = new URL('../../docs/openapi.json', import.meta.url)

/** What is promised: the served document without the answers that are its examples, which data may change. */
async function currentText(): Promise<string> {
  const reader = openReader('postgres://127.0.0.1:1/none')
  const api = createApi({ reader, clock: { now: () => 0 }, onFailure: () => undefined })
  const document = await (await api.request('/api/v1/openapi.json')).json()
  const withoutAnswers = (key: string, value: unknown) => {
    const isContent = key.includes('/') && typeof value === 'object' && value !== null && 'schema' in value
    return isContent ? { schema: value.schema } : value
  }
  return `${JSON.stringify(document, withoutAnswers, 1)}\n`
}

test('the document changes with its version alone (then `vitest -u` publishes it), and never takes anything back', async () => {
  const text = await currentText()
  const published = readFileSync(PUBLISHED, 'utf8')
  const version = (json: string): string => JSON.parse(json).info.version
  if (version(text) === version(published)) expect(JSON.parse(text)).toEqual(JSON.parse(published))
  expect(brokenPromises(referenceOf(published), referenceOf(text))).toEqual([])
  await expect(text).toMatchFileSnapshot(PUBLISHED.pathname)
})

test('the version is one of /api/v1', async () => {
  expect(JSON.parse(await currentText()).info.version).toMatch(/^1\.\d+\.\d+$/)
})

/** What a program that was written against `before` may count on, and would not find in `after`. */
function brokenPromises(before: Reference, after: Reference): string[] {
  const callsAfter = new Map(allCalls(after).map((call) => [call.path, call]))
  const shapesAfter = new Map(after.shapes.map((shape) => [shape.name, shape]))
  return [
    ...allCalls(before).flatMap((call) => {
      const now = callsAfter.get(call.path)
      return now === undefined ? [`${call.path} is gone`] : brokenByCall(call, now)
    }),
    ...before.shapes.flatMap((shape) => {
      const now = shapesAfter.get(shape.name)
      return now === undefined ? [`${shape.name} is gone`] : brokenByFields(shape.name, shape.fields, now.fields)
    }),
  ]
}

function allCalls({ groups }: Reference): CallReference[] {
  return groups.flatMap(({ calls }) => calls)
}

function brokenByCall(before: CallReference, after: CallReference): string[] {
  const { path, parameters, answers } = before
  const now = new Map(after.parameters.map((parameter) => [parameter.name, parameter]))
  return [
    ...parameters.flatMap(({ name, values }) => {
      const parameter = now.get(name)
      if (parameter === undefined) return [`${path} no longer takes ${name}`]
      const lost = values.filter((value) => !parameter.values.includes(value))
      return lost.map((value) => `${path} no longer takes ${name}=${value}`)
    }),
    ...after.parameters
      .filter(({ name, isRequired }) => isRequired && !parameters.some((one) => one.name === name && one.isRequired))
      .map(({ name }) => `${path} needs ${name}`),
    ...answers.flatMap(({ status, mediaType, fields, type }) => {
      const answer = after.answers.find((one) => one.status === status)
      if (answer === undefined || answer.mediaType !== mediaType)
        return [`${path} no longer answers ${status} as before`]
      if (!isSameType(type, answer.type)) return [`${path} ${status} is of another type`]
      return brokenByFields(`${path} ${status}`, fields, answer.fields)
    }),
  ]
}

function brokenByFields(where: string, before: CallReference['answers'][number]['fields'], after: typeof before) {
  return before.flatMap(({ name, type, isRequired }) => {
    const same = after.filter((field) => field.name === name)
    if (same.length === 0) return [`${where}: ${name} is gone`]
    if (!same.some((field) => isSameType(type, field.type))) return [`${where}: ${name} is of another type`]
    return isRequired && !same.some((field) => field.isRequired) ? [`${where}: ${name} may be absent`] : []
  })
}

/** A value more may stand in a field; none may be lost. */
function isSameType(before: Words, after: Words): boolean {
  const alternatives = (words: Words) =>
    words
      .map((word) => word.before + word.text)
      .join('')
      .split(' | ')
  const now = alternatives(after)
  return alternatives(before).every((one) => now.includes(one))
}

test('whatever a program may count on cannot be taken back', async () => {
  const text = await currentText()
  const broken = (change: (document: Changeable) => void) => {
    const document: Changeable = JSON.parse(text)
    change(document)
    return brokenPromises(referenceOf(text), referenceOf(JSON.stringify(document)))
  }
  const post = (document: Changeable) => document.components.schemas['Userpost']
  const list = (document: Changeable) => document.paths['/api/v1/users']?.get
  expect(broken(() => undefined)).toEqual([])
  expect(broken(({ paths }) => delete paths['/api/v1/trends'])).toEqual(['/api/v1/trends is gone'])
  expect(broken((document) => delete post(document)?.properties['msg'])).toEqual(['Userpost: msg is gone'])
  expect(broken((document) => Object.assign(post(document)?.properties['k'] ?? {}, { type: 'string' }))).toEqual([
    'Userpost: k is of another type',
  ])
  expect(broken((document) => post(document)?.required.splice(0, 1))).toEqual(['Userpost: n may be absent'])
  expect(broken((document) => list(document)?.parameters.splice(0, 1))).toEqual([
    '/api/v1/users no longer takes cursor',
  ])
  expect(
    broken((document) => list(document)?.parameters.push({ name: 'x', in: 'query', required: true, schema: {} })),
  ).toEqual(['/api/v1/users needs x'])
  expect(broken((document) => delete list(document)?.responses['400'])).toEqual([
    '/api/v1/users no longer answers 400 as before',
  ])
  expect(broken((document) => list(document)?.parameters.push({ name: 'x', in: 'query', schema: {} }))).toEqual([])
})

interface Changeable {
  paths: Record<string, { get: { parameters: object[]; responses: Record<string, unknown> } }>
  components: { schemas: Record<string, { properties: Record<string, object>; required: string[] }> }
}
