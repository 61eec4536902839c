import type {
  DerivationView,
  IndexerReportView,
  LookupKindView,
  NodeReportView,
  ReconciliationView,
} from '../../db/views.ts'
import { formatNumber } from '../_words/numbers.ts'
import { formatDuration } from './format.ts'

export interface StatusLine {
  label: string
  value: string
}

/** A node's report in words, without the lines it said nothing about. */
export function nodeLines(node: NodeReportView): StatusLine[] {
  return present([
    ['Chain', chainWords(node)],
    ['Registrations that wait', numberWords(node.mempool)],
    ['Chain peers', numberWords(node.peerCount)],
    ['Closed for what they sent', someWords(node.offenders)],
    ['DHT nodes known', numberWords(node.dhtContacts)],
    ['DHT addresses shunned', someWords(node.dhtShunned)],
    ['DHT values kept', numberWords(node.dhtItems)],
    ['DHT', node.isDhtPaused === true ? 'paused until the chain is fresh' : undefined],
    ['DHT look-ups', lookupsWords(node)],
    ...(node.lookups?.kinds ?? []).map((kind) => [`Looked up: ${kind.kind}`, lookupWords(kind, node.at)] as const),
    ['Users followed', followedWords(node)],
    ['Swarm peers', numberWords(node.swarmPeers)],
    ['Records to the index', outboxWords(node)],
    ['Fetched on demand', fetchWords(node)],
    ['Control messages that could not be read', someWords(node.control?.refused)],
    ['Signatures', node.signatures === undefined ? undefined : `${node.signatures} secp256k1`],
    ['Threads that hash headers', numberWords(node.workThreads)],
    ['Queue', node.isQueueAway === true ? 'away: records wait in the node' : undefined],
    ['Refused from others', refusedWords(node.refused)],
  ])
}

/** The derived rows: is somebody at them, and what did the last check find? */
export function derivationLines({ rebuild, verification }: DerivationView, now: number): StatusLine[] {
  return present([
    [
      'Being derived anew',
      rebuild &&
        `${rebuild.phase}${rebuild.total > 0 ? `, ${formatNumber(rebuild.done)} of ${formatNumber(rebuild.total)}` : ''}`,
    ],
    ['Checked', verification && verifiedWords(verification, now)],
    ['Network digest', verification?.network],
    ['Pages digest', verification?.pages],
  ])
}

function verifiedWords({ at, isGood, height, problems }: NonNullable<DerivationView['verification']>, now: number) {
  const found = isGood ? 'all as it must be' : `${formatNumber(problems)} problems`
  return `${formatDuration(Math.max(0, now - at))} ago, at block ${formatNumber(height)}: ${found}`
}

export function indexerLines(indexer: IndexerReportView, compared: ReconciliationView, now: number): StatusLine[] {
  const { startedAt } = indexer
  return present([
    ['Running for', startedAt === undefined ? undefined : formatDuration(now - startedAt)],
    ['Batches in the queue', numberWords(indexer.queueLength)],
    ['Users that visitors asked for', wantedWords(indexer)],
    ['Compared with the nodes', comparedWords(compared, now)],
    ['Repaired', repairedWords(compared)],
  ])
}

function lookupsWords({ lookups }: NodeReportView): string | undefined {
  if (lookups === undefined) return undefined
  const { running, atOnce, perMinute } = lookups
  return `${formatNumber(running)} under way, of at most ${formatNumber(atOnce)} at once and ${formatNumber(perMinute)} a minute`
}

function lookupWords({ errands, due, running, done, found, failed, next }: LookupKindView, at: number) {
  if (errands + running + done === 0) return undefined
  const waiting = next === undefined ? '' : `, the next in ${formatDuration(Math.max(0, next - at))}`
  const asked = `${formatNumber(done)} asked for, ${formatNumber(found)} found, ${formatNumber(failed)} unanswered`
  return `${asked}; ${formatNumber(due)} of ${formatNumber(errands)} due, ${formatNumber(running)} under way${waiting}`
}

function followedWords({ followed, following }: NodeReportView): string | undefined {
  if (followed === undefined || following === undefined) return numberWords(followed)
  const { operator, setting, crawl, crawlLimit } = following
  const crawled = crawlLimit === 0 ? '' : `, ${formatNumber(crawl)} of at most ${formatNumber(crawlLimit)} by the crawl`
  return `${formatNumber(followed)}: ${formatNumber(operator)} by the operator, ${formatNumber(setting)} by the setting${crawled}`
}

function fetchWords({ fetches }: NodeReportView): string | undefined {
  if (fetches === undefined) return undefined
  const { running, waiting, done, refused } = fetches
  return `${formatNumber(running)} under way, ${formatNumber(waiting)} waiting, ${formatNumber(done)} done, ${formatNumber(refused)} refused`
}

function wantedWords({ wanted }: IndexerReportView): string | undefined {
  if (wanted === undefined) return undefined
  return `${formatNumber(wanted.forwarded)} passed to the node, ${formatNumber(wanted.dropped)} not`
}

function comparedWords({ users, differing, lackingHere, lackingThere, comparedAt }: ReconciliationView, now: number) {
  if (comparedAt === undefined) return undefined
  const ago = `the last ${formatDuration(Math.max(0, now - comparedAt))} ago`
  if (differing === 0) return `${formatNumber(users)} users, who are the same on both sides; ${ago}`
  const lacking = `${formatNumber(lackingHere)} lacking here and ${formatNumber(lackingThere)} there`
  return `${formatNumber(users)} users, ${formatNumber(differing)} of whom differ, with ${lacking}; ${ago}`
}

function repairedWords({ asked, given }: ReconciliationView): string | undefined {
  if (asked + given === 0) return undefined
  return `${formatNumber(asked)} posts and values asked of the nodes again, ${formatNumber(given)} given back to them`
}

function someWords(value: number | undefined): string | undefined {
  return value === 0 ? undefined : numberWords(value)
}

function chainWords({ height, headerHeight, isSynced }: NodeReportView): string | undefined {
  if (height === undefined) return undefined
  if (isSynced || headerHeight === undefined || headerHeight <= height) return `block ${formatNumber(height)}`
  return `block ${formatNumber(height)} of ${formatNumber(headerHeight)}, catching up`
}

function outboxWords({ outboxLast, cursor }: NodeReportView): string | undefined {
  if (outboxLast === undefined || cursor === undefined) return undefined
  const behind = Math.max(0, outboxLast - cursor)
  return behind === 0 ? `all ${formatNumber(cursor)}` : `${formatNumber(cursor)}, ${formatNumber(behind)} on their way`
}

function refusedWords(refused: Readonly<Record<string, number>>): string | undefined {
  const entries = Object.entries(refused).filter(([, count]) => count > 0)
  if (entries.length === 0) return undefined
  return entries.map(([code, count]) => `${formatNumber(count)} ${code}`).join(', ')
}

function numberWords(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatNumber(value)
}

function present(lines: readonly (readonly [string, string | undefined])[]): StatusLine[] {
  return lines.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]))
}
