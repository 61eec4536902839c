import { z } from '@hono/zod-openapi'
import type { BlockedSubjectView, BlockTotalsView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import { listSchema } from '../list.ts'
import { clockTime, count, text, timeIso } from './field.ts'

const blockedSubjectSchema = z
  .object({
    kind: z.enum(['user', 'post', 'tag', 'word']).openapi({
      description: 'tag: the posts with a hashtag; word: those whose text holds it. Neither is named here',
    }),
    n: text('Of a user or a post: the name, or "!name" of a promoted message').optional(),
    k: count('Of a post: its number, or the block height of a promoted message').optional(),
    reason: text('In the operator’s words'),
    since: clockTime.openapi({ description: 'When it was blocked, unix seconds' }),
    sinceIso: timeIso,
    posts: count('Of a post, tag or word: how many posts it hides, those that embed such a post among them').optional(),
  })
  .openapi('BlockedSubject')

const totalsSchema = z
  .object({
    users: count('Users blocked'),
    posts: count('Posts blocked'),
    tags: count('Hashtags blocked'),
    words: count('Words blocked'),
    optedOut: count('Authors who ask not to be shown on public web sites; they are not named'),
  })
  .openapi({ description: 'How much is blocked now' })

export const transparencySchema = listSchema(blockedSubjectSchema)
  .extend({ totals: totalsSchema })
  .openapi('Transparency')

export function blockedSubjectJson(view: BlockedSubjectView): z.infer<typeof blockedSubjectSchema> {
  return {
    kind: view.kind,
    n: 'n' in view ? view.n : undefined,
    k: 'k' in view ? view.k : undefined,
    reason: view.reason,
    since: view.since,
    sinceIso: isoTime(view.since),
    posts: 'posts' in view ? view.posts : undefined,
  }
}

export function blockTotalsJson(view: BlockTotalsView): z.infer<typeof totalsSchema> {
  return { users: view.users, posts: view.posts, tags: view.tags, words: view.words, optedOut: view.optedOut }
}
