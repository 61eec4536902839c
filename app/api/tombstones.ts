import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Reader } from '../../db/queries/reader.ts'
import { hashtagTombstone, postTombstone, userTombstone } from '../../db/queries/tombstone.ts'
import type { TombstoneView } from '../../db/views.ts'
import { parseUsername } from '../../node/protocol/username.ts'
import { parsePostNumber, parseTag } from '../_lib/params.ts'
import { ApiProblem } from './problem.ts'

/** Before every call about a user, a post or a hashtag, also such calls as are added later. */
export function addTombstones(api: OpenAPIHono, sql: Reader): void {
  api.use('/users/:n/*', async (c, next) => {
    const username = parseUsername(c.req.param('n'))
    if (username !== undefined) refuse(await userTombstone(sql, username), 'user')
    await next()
  })
  api.use('/posts/:n/:k/*', async (c, next) => {
    const username = parseUsername(c.req.param('n'))
    const k = parsePostNumber(c.req.param('k'))
    if (username !== undefined && k !== undefined) refuse(await postTombstone(sql, username, k), 'post')
    await next()
  })
  api.use('/hashtags/:tag/*', async (c, next) => {
    const tag = parseTag(c.req.param('tag'))
    if (tag !== undefined) refuse(await hashtagTombstone(sql, tag), 'hashtag')
    await next()
  })
}

function refuse(tombstone: TombstoneView | undefined, what: string): void {
  if (tombstone === undefined) return
  const { by, reason } = tombstone
  if (by === 'author') throw new ApiProblem(410, 'opted-out', `this ${what} is not shown: ${reason}`)
  throw new ApiProblem(451, 'blocked', `this ${what} is blocked by the operator of this site: ${reason}`)
}
