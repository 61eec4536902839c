import type { IndexerReportView, NodeReportView, ReconciliationView } from '../../db/views.ts'
import { formatNumber } from '../_words/numbers.ts'
import { words } from '../_words/words.ts'
import { formatAgo } from './format.ts'

/** What it is called, and what there is to say; undefined where a part said nothing about it. */
export type StatusLine = readonly [label: string, value: string | undefined]

/** A node's report in words. */
export function nodeLines(node: NodeReportView, now: number): StatusLine[] {
  return [
    [words('status.reported'), formatAgo(node.at, now)],
    [words('status.chain'), chainWords(node)],
    [words('status.peers'), numberWords(node.peerCount)],
    [words('status.mempool'), numberWords(node.mempool)],
    [words('status.dht'), dhtWords(node)],
    [words('status.dhtItems'), numberWords(node.dhtItems)],
    [words('status.lookups'), lookupsWords(node)],
    [words('status.followed'), followedWords(node)],
    [words('status.swarmPeers'), numberWords(node.swarmPeers)],
    [words('status.outbox'), outboxWords(node)],
    [words('status.fetches'), node.fetches && words('status.fetchCounts', node.fetches)],
    [words('status.offenders'), someWords(node.offenders)],
    [words('status.dhtShunned'), someWords(node.dhtShunned)],
    [words('status.control'), someWords(node.control?.refused)],
    [words('status.signatures'), node.signatures && `secp256k1, ${node.signatures}`],
    [words('status.workThreads'), numberWords(node.workThreads)],
  ]
}

export function indexerLines(indexer: IndexerReportView, compared: ReconciliationView, now: number): StatusLine[] {
  const { at, startedAt, queueLength, wanted } = indexer
  return [
    [words('status.reported'), formatAgo(at, now)],
    [words('status.running'), startedAt === undefined ? undefined : formatAgo(startedAt, now)],
    [words('status.queue'), numberWords(queueLength)],
    [words('status.wanted'), wanted && words('status.wantedCounts', wanted)],
    [words('status.compared'), comparedWords(compared, now)],
    [words('status.repaired'), repairedWords(compared)],
  ]
}

function chainWords({ height, headerHeight, isSynced }: NodeReportView): string | undefined {
  if (height === undefined) return undefined
  if (isSynced || headerHeight === undefined || headerHeight <= height) return words('status.chainAt', { height })
  return words('status.chainBehind', { height, all: headerHeight })
}

function dhtWords({ dhtContacts, isDhtPaused }: NodeReportView): string | undefined {
  if (isDhtPaused === true) return words('status.dhtPaused')
  return dhtContacts === undefined ? undefined : words('status.dhtKnown', { count: dhtContacts })
}

function lookupsWords({ lookups }: NodeReportView): string | undefined {
  if (lookups === undefined) return undefined
  const { running, atOnce, perMinute } = lookups
  return words('status.lookupsNow', { running, atOnce, perMinute })
}

function followedWords({ followed, following }: NodeReportView): string | undefined {
  if (followed === undefined || following === undefined) return numberWords(followed)
  const { operator, setting, crawl, crawlLimit } = following
  return words('status.followedBy', { count: followed, operator, setting, crawl, limit: crawlLimit })
}

function outboxWords({ outboxLast, cursor }: NodeReportView): string | undefined {
  if (outboxLast === undefined || cursor === undefined) return undefined
  const behind = Math.max(0, outboxLast - cursor)
  return behind === 0
    ? words('status.outboxAll', { count: cursor })
    : words('status.outboxBehind', { count: cursor, behind })
}

function comparedWords({ users, differing, lackingHere, lackingThere, comparedAt }: ReconciliationView, now: number) {
  if (comparedAt === undefined) return undefined
  const ago = formatAgo(comparedAt, now)
  if (differing === 0) return words('status.comparedSame', { ago, users })
  return words('status.comparedDiffer', { ago, users, differing, here: lackingHere, there: lackingThere })
}

function repairedWords({ asked, given }: ReconciliationView): string | undefined {
  return asked + given === 0 ? undefined : words('status.repairedCounts', { asked, given })
}

function someWords(value: number | undefined): string | undefined {
  return value === 0 ? undefined : numberWords(value)
}

function numberWords(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatNumber(value)
}
