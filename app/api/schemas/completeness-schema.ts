import { z } from '@hono/zod-openapi'
import type { MissingPostView, MissingWhy, UserCompletenessView, UserFetchView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import { clockTime, count, flag, k, n, text, timeIso } from './field.ts'

const whySchema = z
  .object({
    kind: z.enum(['not-seen', 'not-followed', 'unregistered', 'above-limit', 'waiting', 'refused', 'rival']).openapi({
      description:
        'not-seen: the node follows the author, and nobody in the swarm had it yet; above-limit: the author may not have written so many yet; waiting: here, and not judged yet; refused: a rule refused it; rival: the other post with this number is here',
    }),
    code: z.string().optional().openapi({ description: 'Of waiting and refused: the rule' }),
  })
  .openapi('MissingWhy')

const fetchSchema = z
  .object({
    state: z.enum(['waiting', 'running', 'done', 'refused']).openapi({ description: 'How far it is' }),
    since: clockTime.openapi({ description: 'When it came to be so, unix seconds' }),
    sinceIso: timeIso,
    profile: flag('A profile was found'),
    avatar: flag('A picture was found'),
    following: count('Names in the list that was found'),
    posts: count('Posts that were found'),
    knownK: count('The highest post number that anybody named meanwhile').optional(),
    code: text('Of refused: why').optional(),
  })
  .openapi('UserFetch', { description: 'The last fetch of a user who is not followed, because a visitor asked for it' })

export const completenessSchema = z
  .object({
    n,
    knownK: count('The highest number known of that may be in use').optional(),
    known: z
      .object({
        inventory: count('By what the node has seen in the swarm').optional(),
        posts: count('By the posts that are here').optional(),
        lastk: count('By the lastk of these posts').optional(),
        answered: count('By answers of others').optional(),
        embedded: count('By retwists and favourites of others').optional(),
      })
      .openapi({ description: 'The highest number that each source names' }),
    missing: z
      .array(z.object({ from: count('The first number of a range'), to: count('Its last number'), why: whySchema }))
      .openapi({ description: 'Numbers of which no post is here, from the highest down' }),
    next: count('Ask again with below=next: there are more').optional(),
    fetch: fetchSchema.optional().openapi({ description: 'Absent when there was none, or long ago' }),
  })
  .openapi('UserCompleteness')

export const threadCompletenessSchema = z
  .object({
    missing: z
      .array(
        z.object({
          n,
          k,
          namedBy: z.object({ n, k }).openapi({ description: 'The first post that names it' }),
          why: whySchema,
        }),
      )
      .openapi({ description: 'Posts that are named and not here' }),
  })
  .openapi('ThreadCompleteness')

export function completenessJson(
  view: UserCompletenessView,
  fetch: UserFetchView | undefined,
): z.infer<typeof completenessSchema> {
  const { inventory, posts, lastk, answered, embedded } = view.known
  return {
    n: view.n,
    knownK: view.knownK,
    known: { inventory, posts, lastk, answered, embedded },
    missing: view.missing.map(({ from, to, why }) => ({ from, to, why: whyJson(why) })),
    next: view.next,
    fetch: fetch && fetchJson(fetch),
  }
}

function fetchJson(view: UserFetchView): z.infer<typeof fetchSchema> {
  return {
    state: view.state,
    since: view.since,
    sinceIso: isoTime(view.since),
    profile: view.profile,
    avatar: view.avatar,
    following: view.following,
    posts: view.posts,
    knownK: view.knownK,
    code: view.code,
  }
}

export function threadCompletenessJson(missing: readonly MissingPostView[]): z.infer<typeof threadCompletenessSchema> {
  return {
    missing: missing.map(({ n, k, namedBy, why }) => ({
      n,
      k,
      namedBy: { n: namedBy.n, k: namedBy.k },
      why: whyJson(why),
    })),
  }
}

function whyJson(why: MissingWhy): z.infer<typeof whySchema> {
  return { kind: why.kind, code: 'code' in why ? why.code : undefined }
}
