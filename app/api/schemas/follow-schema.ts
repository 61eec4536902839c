import { z } from '@hono/zod-openapi'
import type { FollowView } from '../../../db/views.ts'

export const followSchema = z
  .object({
    n: z.string(),
    origin: z.string().openapi({ description: 'Why: operator (told at run time), setting, or crawl' }),
    since: z.number().openapi({ description: 'Unix seconds' }),
    isRegistered: z.boolean().openapi({ description: 'The chain holds the name; until then nothing can be fetched' }),
    knownK: z.number().int().optional().openapi({ description: 'The highest post number that anybody has shown' }),
    held: z.number().int().openapi({ description: 'Posts that the node has' }),
    seen: z.number().int().openapi({ description: 'Posts that any of its peers has had' }),
    missing: z.number().int(),
    invalid: z.number().int(),
    rivals: z.number().int().openapi({ description: 'Posts that share their number with another valid one' }),
    peers: z.number().int(),
    lastAttempt: z.number().optional().openapi({ description: 'Unix seconds' }),
    lastError: z.string().optional(),
    lastErrorAt: z.number().optional().openapi({ description: 'Unix seconds' }),
    reportedAt: z.number().openapi({ description: 'When the node said so, unix seconds' }),
  })
  .openapi('Follow')

export function followJson(view: FollowView): z.infer<typeof followSchema> {
  return {
    n: view.n,
    origin: view.origin,
    since: view.since,
    isRegistered: view.isRegistered,
    knownK: view.knownK,
    held: view.held,
    seen: view.seen,
    missing: view.missing,
    invalid: view.invalid,
    rivals: view.rivals,
    peers: view.peers,
    lastAttempt: view.lastAttempt,
    lastError: view.lastError,
    lastErrorAt: view.lastErrorAt,
    reportedAt: view.reportedAt,
  }
}
