import { encodeTwistUri } from '../node/protocol/twist-uri.ts'
import type { ApiCall, ApiParameter } from './api-document.ts'

/** What stands in the parameters of calls: what is there, what is not, and what is none. */
export interface ApiSubjects {
  users: readonly string[]
  /** name/number */
  posts: readonly string[]
  tags: readonly string[]
  /** Heights and hashes. */
  blocks: readonly string[]
  /** Searches. */
  words: readonly string[]
  /** Unix seconds of now, by the clock of the API. */
  now: number
}

/** Of posts of everybody who may be registered there, and of somebody who is not. */
const TWIST_CODES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 99_999].flatMap((uid) =>
  [0, 3, 5].map((k) => encodeTwistUri({ uid, k }).slice('twist:'.length)),
)
const NO_HASH = '0'.repeat(64)

/** Addresses of one call: each subject, each value of each parameter for one of them, and what is refused. */
export function addressesOf(call: ApiCall, subjects: ApiSubjects): string[] {
  const places = placesOf(call, subjects)
  const queries = queriesOf(call, subjects)
  const [required = '', ...optional] = queries
  const first = places[0] ?? call.path
  return [
    ...places.map((place) => withQuery(place, required)),
    ...optional.map((query) => withQuery(first, query)),
    withQuery(withQuery(first, required), 'nonsense=1'),
  ]
}

function withQuery(address: string, query: string): string {
  if (query === '') return address
  return `${address}${address.includes('?') ? '&' : '?'}${query}`
}

function placesOf({ path }: ApiCall, { users, posts, tags, blocks }: ApiSubjects): string[] {
  const fill = (name: string, values: readonly string[]) =>
    values.map((value) => path.replace(`{${name}}`, encodeURIComponent(value)))
  if (path.includes('{n}/{k}')) {
    return [...posts, 'nobodyx/0', `${users[0]}/99999`, 'No/0', 'alice/x'].map((id) => path.replace('{n}/{k}', id))
  }
  if (path.includes('{code}')) return fill('code', [...TWIST_CODES, 'x'])
  if (path.includes('{n}')) return fill('n', [...users, 'nobodyx', 'No'])
  if (path.includes('{tag}')) return fill('tag', [...tags, 'nevertagged', '#'])
  if (path.includes('{id}')) return fill('id', [...blocks, '999999', NO_HASH, 'x'])
  return [path]
}

/** Queries of a call: first the one with what it asks for, then each with one more parameter. */
function queriesOf(call: ApiCall, subjects: ApiSubjects): string[] {
  const parameters = call.parameters.filter((parameter) => parameter.in === 'query')
  const required = parameters
    .filter((parameter) => parameter.required === true)
    .map((parameter) => queryOf(parameter, valuesOf(parameter, subjects)[0] ?? ''))
    .join('&')
  const each = parameters.flatMap((parameter) =>
    [...valuesOf(parameter, subjects), ...refusedOf(parameter)].map((value) => {
      // A prefix goes with one order alone.
      const one = queryOf(parameter, value) + (value === 'a' && parameter.name === 'prefix' ? '&sort=a-z' : '')
      return parameter.required === true || required === '' ? one : `${required}&${one}`
    }),
  )
  return [required, ...each]
}

function queryOf({ name }: ApiParameter, value: string): string {
  return `${name}=${encodeURIComponent(value)}`
}

function valuesOf({ name, schema }: ApiParameter, { users, posts, words, now }: ApiSubjects): string[] {
  if (schema.enum !== undefined) return schema.enum
  switch (name) {
    case 'cursor':
      return []
    case 'ids':
      return [posts.slice(0, 40).join(), [...posts.slice(0, 10), 'nobodyx/1', `${users[0]}/99999`].join(), 'alice/0']
    case 'users':
      return [users.slice(0, 9).join(), users[0] ?? '']
    case 'prefix':
      return ['a']
    case 'q':
      return [...words]
    case 'hash':
      return [NO_HASH]
    case 'lang':
      return ['en', 'und']
    case 'at':
      return ['0', String(now - 3600), '2026-11-22', '2014-05-13T16:53:20Z', '2026-13-01', '9999999999999']
    default:
      return [schema.minimum ?? 0, schema.maximum ?? 7].map(String)
  }
}

function refusedOf({ schema }: ApiParameter): string[] {
  return schema.type === 'integer' || schema.type === 'number' ? ['-1', 'x', ''] : ['\u0000', 'x'.repeat(30_000)]
}
