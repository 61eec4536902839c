import { z } from '@hono/zod-openapi'
import type { MissingPostView, MissingWhy, UserCompletenessView } from '../../../db/views.ts'

const whySchema = z
  .object({
    kind: z.enum(['not-seen', 'not-followed', 'unregistered', 'above-limit', 'waiting', 'refused', 'rival']).openapi({
      description:
        'not-seen: the node follows the author, and nobody in the swarm had it yet; above-limit: the author may not have written so many yet; waiting: here, and not judged yet; refused: a rule refused it; rival: the other post with this number is here',
    }),
    code: z.string().optional().openapi({ description: 'Of waiting and refused: the rule' }),
  })
  .openapi('MissingWhy')

export const completenessSchema = z
  .object({
    n: z.string(),
    knownK: z.number().int().optional().openapi({ description: 'The highest number known of that may be in use' }),
    known: z
      .object({
        inventory: z.number().int().optional(),
        posts: z.number().int().optional(),
        lastk: z.number().int().optional(),
        answered: z.number().int().optional(),
        embedded: z.number().int().optional(),
      })
      .openapi({
        description:
          'The highest number that each source names: the node, the posts here, their lastk, answers of others, retwists',
      }),
    missing: z.array(z.object({ from: z.number().int(), to: z.number().int(), why: whySchema })).openapi({
      description: 'Numbers of which no post is here, from the highest down',
    }),
    next: z.number().int().optional().openapi({ description: 'Ask again with below=next: there are more' }),
  })
  .openapi('UserCompleteness')

export const threadCompletenessSchema = z
  .object({
    missing: z.array(
      z.object({
        n: z.string(),
        k: z.number().int(),
        namedBy: z.object({ n: z.string(), k: z.number().int() }),
        why: whySchema,
      }),
    ),
  })
  .openapi('ThreadCompleteness')

export function completenessJson(view: UserCompletenessView): z.infer<typeof completenessSchema> {
  const { inventory, posts, lastk, answered, embedded } = view.known
  return {
    n: view.n,
    knownK: view.knownK,
    known: { inventory, posts, lastk, answered, embedded },
    missing: view.missing.map(({ from, to, why }) => ({ from, to, why: whyJson(why) })),
    next: view.next,
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
