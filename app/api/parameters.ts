import { z } from '@hono/zod-openapi'
import { DEFAULT_LIMIT, type ListOrder, MAX_LIMIT, type PageRequest } from '../../db/page.ts'
import { cursorOfText } from '../../db/queries/cursor.ts'
import type { Reader } from '../../db/queries/reader.ts'
import type { PostId } from '../../db/views.ts'
import { parseTwistUri, type TwistUri } from '../../node/protocol/twist-uri.ts'
import { parseUsername, type Username } from '../../node/protocol/username.ts'
import { isoTime } from '../_lib/format.ts'
import { MAX_USERS, parseBlockId, parsePostNumber, parseTag, parseUsernames } from '../_lib/params.ts'
import { ApiProblem } from './problem.ts'

/** Parameters of a call: those named here and no others. */
export function strictQuery<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape)
  const words = known.length === 0 ? 'this call takes none' : `known are: ${known.join(', ')}`
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `unknown parameter; ${words}` : undefined),
  })
}

/** The text of a parameter, which stands in the address once. */
export function parameterText() {
  return z.string({
    error: ({ input }) =>
      Array.isArray(input) ? 'given more than once' : input === undefined ? 'this call needs it' : undefined,
  })
}

export function wholeNumber(minimum: number, maximum: number, description: string) {
  return parameterText()
    .transform((text, context): number => {
      const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN
      if (number >= minimum && number <= maximum) return number
      context.addIssue({ code: 'custom', message: `not a whole number from ${minimum} to ${maximum}` })
      return z.NEVER
    })
    .openapi({ type: 'integer', minimum, maximum, description })
}

/** The same, or `usual` when it is not given. */
export function wholeNumberOr(usual: number, minimum: number, maximum: number, description: string) {
  return wholeNumber(minimum, maximum, description).default(usual).openapi({ default: usual })
}

export const listShape = {
  cursor: parameterText().max(512).optional().openapi({ description: 'next or prev of an earlier answer; opaque' }),
  limit: wholeNumberOr(DEFAULT_LIMIT, 1, MAX_LIMIT, `How many items: 1 to ${MAX_LIMIT}`),
}

export async function requestOf(
  sql: Reader,
  order: ListOrder,
  query: { cursor?: string; limit: number },
): Promise<PageRequest> {
  if (query.cursor === undefined) return { limit: query.limit }
  const cursor = await cursorOfText(sql, order, query.cursor)
  if (cursor === undefined)
    throw new ApiProblem(400, 'bad-cursor', 'this cursor was not given out by this list', 'cursor')
  return { limit: query.limit, cursor }
}

const usernameSchema = parameterText()
  .transform((text, context): Username => {
    const username = parseUsername(text)
    if (username !== undefined) return username
    context.addIssue({ code: 'custom', message: 'not a twister name: 1 to 16 of a-z, 0-9 and _' })
    return z.NEVER
  })
  .openapi({ type: 'string', pattern: '^[a-z0-9_]{1,16}$', description: 'A twister name', example: 'alice' })

export const postNumberSchema = parameterText()
  .transform((text, context): number => {
    const k = parsePostNumber(text)
    if (k !== undefined) return k
    context.addIssue({ code: 'custom', message: 'not a post number' })
    return z.NEVER
  })
  .openapi({ type: 'integer', description: 'The number of a post among those of its author', example: 0 })

const tagSchema = parameterText()
  .transform((text, context): string => {
    const tag = parseTag(text)
    if (tag !== undefined) return tag
    context.addIssue({ code: 'custom', message: 'not a hashtag' })
    return z.NEVER
  })
  .openapi({ type: 'string', description: 'A hashtag without its #; case does not matter', example: 'twister' })

const blockIdSchema = parameterText()
  .transform((text, context) => {
    const id = parseBlockId(text)
    if (id !== undefined) return id
    context.addIssue({ code: 'custom', message: 'neither a height nor 64 hex digits of a hash' })
    return z.NEVER
  })
  .openapi({ type: 'string', description: 'A height, or a hash as displayed', example: '6' })

/** More would make an address longer than the front takes. */
const MAX_IDS = 50

export const postIdsSchema = parameterText()
  .transform((text, context): PostId[] => {
    const ids = [...new Set(text.split(','))].map(parsePostId).filter((id) => id !== undefined)
    if (ids.length === new Set(text.split(',')).size && ids.length <= MAX_IDS) return ids
    context.addIssue({ code: 'custom', message: `1 to ${MAX_IDS} of name/number, a comma between them` })
    return z.NEVER
  })
  .openapi({
    type: 'string',
    description: `Up to ${MAX_IDS} posts as name/number, a comma between them`,
    example: 'alice/0,bob/1',
  })

function parsePostId(text: string): PostId | undefined {
  const slash = text.indexOf('/')
  const n = parseUsername(text.slice(0, Math.max(slash, 0)))
  const k = parsePostNumber(text.slice(slash + 1))
  return n === undefined || k === undefined ? undefined : { n, k }
}

export const usernamesSchema = parameterText()
  .transform((text, context): Username[] => {
    const users = parseUsernames(text)
    if (users !== undefined) return users
    context.addIssue({ code: 'custom', message: `1 to ${MAX_USERS} twister names, a comma between them` })
    return z.NEVER
  })
  .openapi({
    type: 'string',
    description: `Up to ${MAX_USERS} twister names, a comma between them`,
    example: 'alice,bob',
  })

export const prefixSchema = parameterText()
  .regex(/^[a-z0-9_]{0,16}$/, 'names are of a-z, 0-9 and _')
  .optional()
  .openapi({ description: 'What the names begin with; goes with sort=a-z', example: 'al' })

const UNIX_SECONDS = /^\d{1,12}$/
const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/

/** Of a time since 1970; the 30th of February is none. */
function secondsOfIso(text: string): number | undefined {
  const seconds = ISO_8601.test(text) ? Date.parse(text) / 1000 : Number.NaN
  return seconds >= 0 && isoTime(seconds)?.startsWith(text.replace('Z', '')) ? seconds : undefined
}

/** The last second of the year 9999. */
const MAX_TIME = 253_402_300_799

export const atSchema = parameterText()
  .transform((text, context): number => {
    const at = UNIX_SECONDS.test(text) ? Number(text) : secondsOfIso(text)
    if (at !== undefined && at <= MAX_TIME) return at
    context.addIssue({ code: 'custom', message: 'neither unix seconds nor like 2026-11-22 or 2026-11-22T14:40:24Z' })
    return z.NEVER
  })
  .optional()
  .openapi({
    type: 'string',
    description: 'A moment: unix seconds, or ISO 8601 in UTC (a day is its beginning); now if absent',
    example: '2026-11-22T14:48:20Z',
  })

const twistCodeSchema = parameterText()
  .transform((text, context): TwistUri => {
    const uri = parseTwistUri(`twist:${text}`)
    if (uri !== undefined) return uri
    context.addIssue({ code: 'custom', message: 'not the twelve characters that follow twist: in a short link' })
    return z.NEVER
  })
  .openapi({ type: 'string', description: 'What follows twist: in a short link', example: 'BwAAAAUAAAA=' })

export const twistParams = z.object({ code: twistCodeSchema.openapi({ param: { name: 'code', in: 'path' } }) })
export const hashtagParams = z.object({ tag: tagSchema.openapi({ param: { name: 'tag', in: 'path' } }) })
export const blockParams = z.object({ id: blockIdSchema.openapi({ param: { name: 'id', in: 'path' } }) })
export const userParams = z.object({ n: usernameSchema.openapi({ param: { name: 'n', in: 'path' } }) })

export const postParams = z.object({
  n: usernameSchema.openapi({ param: { name: 'n', in: 'path' } }),
  k: postNumberSchema.openapi({ param: { name: 'k', in: 'path' } }),
})
