import { z } from '@hono/zod-openapi'
import {
  type DerivationView,
  LOOKUP_KINDS,
  type LookupsView,
  type NodeReportView,
  type ReconciliationView,
  type StatusView,
} from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'

const lookupsSchema = z
  .object({
    perMinute: z.number(),
    atOnce: z.number().int(),
    running: z.number().int(),
    kinds: z.array(
      z.object({
        kind: z.enum(LOOKUP_KINDS),
        errands: z.number().int(),
        due: z.number().int(),
        running: z.number().int(),
        done: z.number().int(),
        found: z.number().int(),
        failed: z.number().int(),
        next: z.number().optional(),
      }),
    ),
  })
  .optional()
  .openapi({ description: 'What it looks up in the DHT again and again, by kind, and how much of that it may do' })

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
    signatures: z.string().optional().openapi({ description: 'native secp256k1, or the slower fallback' }),
    workThreads: z.number().int().optional().openapi({ description: 'Threads that hash headers' }),
    mempool: z.number().int().optional().openapi({ description: 'Registrations that wait for a block' }),
    offenders: z.number().int().optional().openapi({ description: 'Chain peers closed for what they sent' }),
    dhtShunned: z.number().int().optional().openapi({ description: 'Addresses that the DHT does not listen to' }),
    following: z
      .object({
        operator: z.number().int(),
        setting: z.number().int(),
        crawl: z.number().int(),
        crawlLimit: z.number().int(),
      })
      .optional()
      .openapi({ description: 'Followed users by reason, and how many the crawl may add' }),
    lookups: lookupsSchema,
    fetches: z
      .object({
        running: z.number().int(),
        waiting: z.number().int(),
        done: z.number().int(),
        refused: z.number().int(),
      })
      .optional()
      .openapi({ description: 'Fetches on demand of users who are not followed' }),
    control: z.object({ taken: z.number().int(), refused: z.number().int() }).optional(),
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
    follows: z
      .object({
        missing: z.number().int().openapi({ description: 'Posts that are known of and not here' }),
        lacking: z.number().int().openapi({ description: 'Of so many users' }),
        failing: z.number().int().openapi({ description: 'Users whose last attempt failed' }),
        unregistered: z.number().int().openapi({ description: 'Names that the chain does not hold' }),
      })
      .openapi({ description: 'All followed users together; see /follows' }),
    indexer: z
      .object({
        at: z.number(),
        startedAt: z.number().optional(),
        queueLength: z.number().int().optional(),
        wanted: z
          .object({ forwarded: z.number().int(), dropped: z.number().int() })
          .optional()
          .openapi({ description: 'What visitors asked the network for' }),
      })
      .optional(),
    derivation: z
      .object({
        rebuild: z
          .object({ phase: z.string(), done: z.number().int(), total: z.number().int(), startedAt: z.number() })
          .optional()
          .openapi({ description: 'The index is being derived anew or checked; what is answered is whole meanwhile' }),
        verification: z
          .object({
            at: z.number(),
            isGood: z.boolean(),
            height: z.number().int(),
            problems: z.number().int(),
            network: z.string().openapi({ description: 'Digest: the same where the same signed data is held' }),
            pages: z.string().openapi({ description: 'Digest of the totals: the same where the same is blocked, too' }),
          })
          .optional()
          .openapi({ description: 'What the last check of the whole index found' }),
      })
      .openapi({ description: 'How the derived rows stand to the raw data' }),
    reconciliation: z
      .object({
        users: z.number().int().openapi({ description: 'Users compared' }),
        differing: z.number().int().openapi({ description: 'Of them, those in whom something differed the last time' }),
        lackingHere: z.number().int().openapi({ description: 'Posts and values that the index lacked then' }),
        lackingThere: z.number().int().openapi({ description: 'And that a node lacked' }),
        asked: z.number().int().openapi({ description: 'Asked for, so far' }),
        given: z.number().int().openapi({ description: 'Handed over, so far' }),
        comparedAt: z.number().optional(),
      })
      .openapi({ description: 'How the index and the nodes agree on what both should hold' }),
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
    follows: {
      missing: view.follows.missing,
      lacking: view.follows.lacking,
      failing: view.follows.failing,
      unregistered: view.follows.unregistered,
    },
    derivation: derivationJson(view.derivation),
    reconciliation: reconciliationJson(view.reconciliation),
    indexer: view.indexer && {
      at: view.indexer.at,
      startedAt: view.indexer.startedAt,
      queueLength: view.indexer.queueLength,
      wanted: view.indexer.wanted && {
        forwarded: view.indexer.wanted.forwarded,
        dropped: view.indexer.wanted.dropped,
      },
    },
  }
}

function derivationJson({ rebuild, verification }: DerivationView): z.infer<typeof statusSchema>['derivation'] {
  return {
    rebuild: rebuild && {
      phase: rebuild.phase,
      done: rebuild.done,
      total: rebuild.total,
      startedAt: rebuild.startedAt,
    },
    verification: verification && {
      at: verification.at,
      isGood: verification.isGood,
      height: verification.height,
      problems: verification.problems,
      network: verification.network,
      pages: verification.pages,
    },
  }
}

function reconciliationJson(view: ReconciliationView): z.infer<typeof statusSchema>['reconciliation'] {
  return {
    users: view.users,
    differing: view.differing,
    lackingHere: view.lackingHere,
    lackingThere: view.lackingThere,
    asked: view.asked,
    given: view.given,
    comparedAt: view.comparedAt,
  }
}

function nodeReportJson(view: NodeReportView): z.infer<typeof nodeReportSchema> {
  const { following, fetches, control } = view
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
    signatures: view.signatures,
    workThreads: view.workThreads,
    mempool: view.mempool,
    offenders: view.offenders,
    dhtShunned: view.dhtShunned,
    following: following && {
      operator: following.operator,
      setting: following.setting,
      crawl: following.crawl,
      crawlLimit: following.crawlLimit,
    },
    lookups: view.lookups && lookupsJson(view.lookups),
    fetches: fetches && {
      running: fetches.running,
      waiting: fetches.waiting,
      done: fetches.done,
      refused: fetches.refused,
    },
    control: control && { taken: control.taken, refused: control.refused },
    refused: view.refused,
  }
}

function lookupsJson({ perMinute, atOnce, running, kinds }: LookupsView): z.infer<typeof lookupsSchema> {
  return {
    perMinute,
    atOnce,
    running,
    kinds: kinds.map((of) => ({
      kind: of.kind,
      errands: of.errands,
      due: of.due,
      running: of.running,
      done: of.done,
      found: of.found,
      failed: of.failed,
      next: of.next,
    })),
  }
}
