import { z } from '@hono/zod-openapi'
import type { FollowView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import { clockTime, count, flag, n, text, timeIso } from './field.ts'

export const followSchema = z
  .object({
    n,
    origin: z
      .string()
      .openapi({ description: 'Why: operator (told at run time), setting, or crawl', example: 'crawl' }),
    since: clockTime,
    sinceIso: timeIso,
    isRegistered: flag('The chain holds the name; until then nothing can be fetched'),
    knownK: count('The highest post number that anybody has shown').optional(),
    held: count('Posts that the node has'),
    seen: count('Posts that any of its peers has had'),
    missing: count('Posts that are known of and not here'),
    invalid: count('Pieces that a rule refused'),
    rivals: count('Posts that share their number with another valid one'),
    peers: count('Peers of the swarm, now'),
    lastAttempt: clockTime.optional().openapi({ description: 'When it last asked the swarm, unix seconds' }),
    lastAttemptIso: timeIso,
    lastError: text('Code of the last failure').optional(),
    lastErrorAt: clockTime.optional(),
    lastErrorAtIso: timeIso,
    reportedAt: clockTime.openapi({ description: 'When the node said so, unix seconds' }),
    reportedAtIso: timeIso,
  })
  .openapi('Follow')

export function followJson(view: FollowView): z.infer<typeof followSchema> {
  return {
    n: view.n,
    origin: view.origin,
    since: view.since,
    sinceIso: isoTime(view.since),
    isRegistered: view.isRegistered,
    knownK: view.knownK,
    held: view.held,
    seen: view.seen,
    missing: view.missing,
    invalid: view.invalid,
    rivals: view.rivals,
    peers: view.peers,
    lastAttempt: view.lastAttempt,
    lastAttemptIso: isoTime(view.lastAttempt),
    lastError: view.lastError,
    lastErrorAt: view.lastErrorAt,
    lastErrorAtIso: isoTime(view.lastErrorAt),
    reportedAt: view.reportedAt,
    reportedAtIso: isoTime(view.reportedAt),
  }
}
