import type { NodeReportView, StatusView } from '../../db/views.ts'
import { words } from '../_words/words.ts'
import { formatAgo } from './format.ts'

/** Silence for longer than this is told as such. A part speaks every few seconds. */
const SILENT_AFTER_S = 60
/** Fewer records than this are on their way at any moment. */
const BEHIND_RECORDS = 1000
/** Blocks come every ten minutes on average: once in millions of blocks one takes so long. */
const OLD_BLOCK_S = 3 * 3600

/** What is not as it should be, in sentences; nothing if all is well. */
export function troublesOf(status: StatusView, now: number): string[] {
  return [...nodeTroubles(status.nodes[0], now), ...indexerTroubles(status, now), ...indexTroubles(status, now)]
}

/** Of the node that spoke last. */
function nodeTroubles(node: NodeReportView | undefined, now: number): string[] {
  if (node === undefined) return [words('status.noNode')]
  if (now - node.at > SILENT_AFTER_S) return [words('status.nodeSilent', { ago: formatAgo(node.at, now) })]
  const { height = 0, headerHeight = 0, isSynced, outboxLast = 0, cursor = 0 } = node
  const behind = outboxLast - cursor
  return [
    ...(isSynced === false && headerHeight > height
      ? [words('status.catchingUp', { count: headerHeight - height })]
      : []),
    ...(node.isQueueAway ? [words('status.queueAway')] : []),
    ...(behind > BEHIND_RECORDS ? [words('status.behind', { count: behind })] : []),
  ]
}

function indexerTroubles({ indexer }: StatusView, now: number): string[] {
  if (indexer === undefined) return [words('status.noIndexer')]
  if (now - indexer.at <= SILENT_AFTER_S) return []
  return [words('status.indexerSilent', { ago: formatAgo(indexer.at, now) })]
}

function indexTroubles({ network, tip, derivation }: StatusView, now: number): string[] {
  const { rebuild, verification } = derivation
  const isOld = network === 'main' && tip !== undefined && now - tip.time > OLD_BLOCK_S
  return [
    ...(isOld ? [words('status.oldBlock', { ago: formatAgo(tip.time, now) })] : []),
    ...(rebuild === undefined ? [] : [words('status.rebuilding')]),
    ...(verification?.isGood === false ? [words('status.badCheck', { count: verification.problems })] : []),
  ]
}
