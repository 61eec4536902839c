import { z } from '@hono/zod-openapi'
import type { NodeReportView, StatusView } from '../../db/views.ts'
import { isoTime } from '../_lib/format.ts'

const nodeReportSchema = z
  .object({
    nodeId: z.string(),
    at: z.number().openapi({ description: 'When it last spoke, unix seconds' }),
    height: z.number().int().optional(),
    headerHeight: z.number().int().optional(),
    isSynced: z.boolean().optional(),
    peerCount: z.number().int().optional(),
    dhtContacts: z.number().int().optional(),
    dhtItems: z.number().int().optional(),
    isDhtPaused: z.boolean().optional(),
    followed: z.number().int().optional(),
    swarmPeers: z.number().int().optional(),
    outboxLast: z.number().int().optional(),
    cursor: z.number().int().optional().openapi({ description: 'The last record that is durable in the index' }),
    isQueueAway: z.boolean().optional(),
    refused: z.record(z.string(), z.number()).openapi({ description: 'What it refused from others, by code' }),
  })
  .openapi('NodeReport')

export const statusSchema = z
  .object({
    network: z.string().optional(),
    tip: z
      .object({ height: z.number().int(), hash: z.string(), time: z.number().int(), timeIso: z.string().optional() })
      .optional(),
    counts: z.object({
      names: z.number().int(),
      users: z.number().int(),
      posts: z.number().int(),
      hashtags: z.number().int(),
      waiting: z.number().int(),
      refused: z.number().int(),
    }),
    newestPost: z.number().int().optional(),
    nodes: z.array(nodeReportSchema),
    indexer: z
      .object({ at: z.number(), startedAt: z.number().optional(), queueLength: z.number().int().optional() })
      .optional(),
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
    nodes: view.nodes.map(nodeReportJson),
    indexer: view.indexer && {
      at: view.indexer.at,
      startedAt: view.indexer.startedAt,
      queueLength: view.indexer.queueLength,
    },
  }
}

function nodeReportJson(view: NodeReportView): z.infer<typeof nodeReportSchema> {
  return {
    nodeId: view.nodeId,
    at: view.at,
    height: view.height,
    headerHeight: view.headerHeight,
    isSynced: view.isSynced,
    peerCount: view.peerCount,
    dhtContacts: view.dhtContacts,
    dhtItems: view.dhtItems,
    isDhtPaused: view.isDhtPaused,
    followed: view.followed,
    swarmPeers: view.swarmPeers,
    outboxLast: view.outboxLast,
    cursor: view.cursor,
    isQueueAway: view.isQueueAway,
    refused: view.refused,
  }
}
