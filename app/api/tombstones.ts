import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Reader } from '../../db/queries/reader.ts'
import { hashtagTombstone, postTombstone, standingOfUser } from '../../db/queries/tombstone.ts'
import type { TombstoneView } from '../../db/views.ts'
import { parseUsername } from '../../node/protocol/username.ts'
import { parsePostNumber, parseTag } from '../_lib/params.ts'
import { blocked, optedOut, unknownUser } from './problem.ts'

/** Before every call about a user, a post or a hashtag, also such calls as are added later; a user must be registered. */
export function addTombstones(api: OpenAPIHono, sql: Reader): void {
  api.use('/users/:n/*', async (c, next) => {
    const username = parseUsername(c.req.param('n'))
    if (username !== undefined) {
      const { isRegistered, tombstone } = await standingOfUser(sql, username)
      refuse(tombstone, 'user')
      if (!isRegistered) throw unknownUser(username)
    }
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

/** `what` is hidden: a user, a post, a hashtag or a short link. */
export function refuse(tombstone: TombstoneView | undefined, what: string): void {
  if (tombstone === undefined) return
  const { by, reason } = tombstone
  throw by === 'author' ? optedOut(what, reason) : blocked(what, reason)
}
