import type { IndexerReportView, NodeReportView } from '../../db/views.ts'
import { formatDuration, formatNumber } from './format.ts'

export interface StatusLine {
  label: string
  value: string
}

/** A node's report in words, without the lines it said nothing about. */
export function nodeLines(node: NodeReportView): StatusLine[] {
  return present([
    ['Chain', chainWords(node)],
    ['Chain peers', numberWords(node.peerCount)],
    ['DHT nodes known', numberWords(node.dhtContacts)],
    ['DHT values kept', numberWords(node.dhtItems)],
    ['DHT', node.isDhtPaused === true ? 'paused until the chain is fresh' : undefined],
    ['Swarms followed', numberWords(node.followed)],
    ['Swarm peers', numberWords(node.swarmPeers)],
    ['Records to the index', outboxWords(node)],
    ['Queue', node.isQueueAway === true ? 'away: records wait in the node' : undefined],
    ['Refused from others', refusedWords(node.refused)],
  ])
}

export function indexerLines(indexer: IndexerReportView, now: number): StatusLine[] {
  const { startedAt } = indexer
  return present([
    ['Running for', startedAt === undefined ? undefined : formatDuration(now - startedAt)],
    ['Batches in the queue', numberWords(indexer.queueLength)],
  ])
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
