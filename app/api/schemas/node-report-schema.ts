import { z } from '@hono/zod-openapi'
import { LOOKUP_KINDS, type LookupsView, type NodeReportView } from '../../../db/views.ts'
import { isoTime } from '../../_lib/format.ts'
import { clockTime, count, flag, text, timeIso } from './field.ts'

const lookupsSchema = z
  .object({
    perMinute: z.number().openapi({ description: 'How many it may make a minute' }),
    atOnce: count('How many it may make at once'),
    running: count('Under way'),
    kinds: z
      .array(
        z.object({
          kind: z.enum(LOOKUP_KINDS).openapi({ description: 'A resource of the DHT; post: posts that are missing' }),
          errands: count('Resources that it asks for again and again'),
          due: count('Of them, those whose time has come'),
          running: count('Under way'),
          done: count('Look-ups since it started'),
          found: count('Of them, those that found something'),
          failed: count('Of them, those that nobody answered'),
          next: clockTime.optional().openapi({ description: 'When the next one is due, unix seconds' }),
          nextIso: timeIso,
        }),
      )
      .openapi({ description: 'By kind' }),
  })
  .optional()
  .openapi({ description: 'What it looks up in the DHT again and again, by kind, and how much of that it may do' })

export const nodeReportSchema = z
  .object({
    nodeId: text('Which node'),
    at: clockTime.openapi({ description: 'When it last spoke, unix seconds' }),
    atIso: timeIso,
    height: count('Height of its best block').optional(),
    headerHeight: count('Height of the last header it knows').optional(),
    isSynced: flag('It has the blocks of all headers').optional(),
    peerCount: count('Peers of the chain').optional(),
    dhtContacts: count('Contacts in its routing table').optional(),
    dhtItems: count('Values it keeps for the DHT').optional(),
    isDhtPaused: flag('It waits for the chain before it takes part').optional(),
    followed: count('Users whose swarm it follows').optional(),
    swarmPeers: count('Peers of all these swarms').optional(),
    outboxLast: count('The last record of its outbox').optional(),
    cursor: count('The last of them that is durable in the index').optional(),
    isQueueAway: flag('The queue between node and indexer cannot be reached').optional(),
    signatures: text('native secp256k1, or the slower fallback').optional(),
    workThreads: count('Threads that hash headers').optional(),
    mempool: count('Registrations that wait for a block').optional(),
    offenders: count('Chain peers closed for what they sent').optional(),
    dhtShunned: count('Addresses that the DHT does not listen to').optional(),
    following: z
      .object({
        operator: count('Told at run time'),
        setting: count('By configuration'),
        crawl: count('In the lists of followed users'),
        crawlLimit: count('How many of the last kind there may be'),
      })
      .optional()
      .openapi({ description: 'Followed users by reason' }),
    lookups: lookupsSchema,
    fetches: z
      .object({
        running: count('Under way'),
        waiting: count('In the queue'),
        done: count('Since it started'),
        refused: count('Beyond its bounds'),
      })
      .optional()
      .openapi({ description: 'Fetches on demand of users who are not followed' }),
    control: z
      .object({ taken: count('Obeyed'), refused: count('Not understood or not allowed') })
      .optional()
      .openapi({ description: 'Messages of the control queue' }),
    refused: z.record(z.string(), z.number()).openapi({ description: 'What it refused from others, by code' }),
  })
  .openapi('NodeReport')

export function nodeReportJson(view: NodeReportView): z.infer<typeof nodeReportSchema> {
  const { following, fetches, control } = view
  return {
    nodeId: view.nodeId,
    at: view.at,
    atIso: isoTime(view.at),
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
      nextIso: isoTime(of.next),
    })),
  }
}
