import { z } from '@hono/zod-openapi'
import type { DerivationView, ReconciliationView, StatusView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import { digestJson, digestSchema } from './digest-schema.ts'
import { blockTime, clockTime, count, displayedHash, height, signedTime, text, timeIso } from './field.ts'
import { nodeReportJson, nodeReportSchema } from './node-report-schema.ts'

const derivationSchema = z
  .object({
    rebuild: z
      .object({
        phase: text('What it is at'),
        done: count('Of this phase, done'),
        total: count('Of this phase, in all'),
        startedAt: clockTime,
        startedAtIso: timeIso,
      })
      .optional()
      .openapi({ description: 'The index is being derived anew or checked; what is answered is whole meanwhile' }),
    verification: digestSchema.optional().openapi({ description: 'What the last check of the whole index found' }),
  })
  .openapi({ description: 'How the derived rows stand to the raw data' })

const reconciliationSchema = z
  .object({
    users: count('Users compared'),
    differing: count('Of them, those in whom something differed the last time'),
    lackingHere: count('Posts and values that the index lacked then'),
    lackingThere: count('And that a node lacked'),
    asked: count('Asked for, so far'),
    given: count('Handed over, so far'),
    comparedAt: clockTime.optional(),
    comparedAtIso: timeIso,
  })
  .openapi({ description: 'How the index and the nodes agree on what both should hold' })

export const statusSchema = z
  .object({
    network: z.string().optional().openapi({ description: 'main or regtest', example: 'main' }),
    tip: z
      .object({ height, hash: displayedHash, time: blockTime, timeIso })
      .optional()
      .openapi({ description: 'The last block of the best chain' }),
    counts: z
      .object({
        names: count('Names registered on the chain'),
        users: count('Users of whom posts are here'),
        posts: count('Posts here that are shown'),
        hashtags: count('Hashtags in them'),
        waiting: count('Pieces that cannot be judged yet'),
        refused: count('Pieces kept in quarantine'),
      })
      .openapi({ description: 'What the index holds' }),
    newestPost: signedTime.optional(),
    newestPostIso: timeIso,
    nodes: z.array(nodeReportSchema).openapi({ description: 'Who spoke last comes first' }),
    follows: z
      .object({
        missing: count('Posts that are known of and not here'),
        lacking: count('Of so many users'),
        failing: count('Users whose last attempt failed'),
        unregistered: count('Names that the chain does not hold'),
      })
      .openapi({ description: 'All followed users together; see /follows' }),
    indexer: z
      .object({
        at: clockTime.openapi({ description: 'When it last spoke, unix seconds' }),
        atIso: timeIso,
        startedAt: clockTime.optional(),
        startedAtIso: timeIso,
        queueLength: count('Jobs between node and indexer').optional(),
        wanted: z
          .object({ forwarded: count('Passed on to the node'), dropped: count('Beyond its bounds') })
          .optional()
          .openapi({ description: 'What visitors asked the network for' }),
      })
      .optional()
      .openapi({ description: 'What the indexer last said of itself' }),
    derivation: derivationSchema,
    reconciliation: reconciliationSchema,
  })
  .openapi('Status')

export function statusJson(view: StatusView): z.infer<typeof statusSchema> {
  return {
    network: view.network,
    tip: view.tip && {
      height: view.tip.height,
      hash: view.tip.hash,
      time: view.tip.time,
      timeIso: isoTime(view.tip.time),
    },
    counts: {
      names: view.counts.names,
      users: view.counts.users,
      posts: view.counts.posts,
      hashtags: view.counts.hashtags,
      waiting: view.counts.waiting,
      refused: view.counts.refused,
    },
    newestPost: view.newestPost,
    newestPostIso: isoTime(view.newestPost),
    nodes: view.nodes.map(nodeReportJson),
    follows: {
      missing: view.follows.missing,
      lacking: view.follows.lacking,
      failing: view.follows.failing,
      unregistered: view.follows.unregistered,
    },
    indexer: view.indexer && {
      at: view.indexer.at,
      atIso: isoTime(view.indexer.at),
      startedAt: view.indexer.startedAt,
      startedAtIso: isoTime(view.indexer.startedAt),
      queueLength: view.indexer.queueLength,
      wanted: view.indexer.wanted && {
        forwarded: view.indexer.wanted.forwarded,
        dropped: view.indexer.wanted.dropped,
      },
    },
    derivation: derivationJson(view.derivation),
    reconciliation: reconciliationJson(view.reconciliation),
  }
}

function derivationJson({ rebuild, verification }: DerivationView): z.infer<typeof derivationSchema> {
  return {
    rebuild: rebuild && {
      phase: rebuild.phase,
      done: rebuild.done,
      total: rebuild.total,
      startedAt: rebuild.startedAt,
      startedAtIso: isoTime(rebuild.startedAt),
    },
    verification: verification && digestJson(verification),
  }
}

function reconciliationJson(view: ReconciliationView): z.infer<typeof reconciliationSchema> {
  return {
    users: view.users,
    differing: view.differing,
    lackingHere: view.lackingHere,
    lackingThere: view.lackingThere,
    asked: view.asked,
    given: view.given,
    comparedAt: view.comparedAt,
    comparedAtIso: isoTime(view.comparedAt),
  }
}
