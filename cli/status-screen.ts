import type { DerivationView, FollowsSummaryView, NodeReportView, ReconciliationView, StatusView } from '../db/views.ts'
import { followingWords } from './following-words.ts'
import type { Instance } from './instance-file.ts'
import { count, duration } from './progress.ts'

const LABEL_WIDTH = 9

export interface ProcessLine {
  name: string
  pid: number
}

/** One screen, a line a part. `status` is undefined when the site does not answer. */
export function statusScreen(
  dataDir: string,
  instance: Instance | undefined,
  processes: readonly ProcessLine[],
  status: StatusView | undefined,
): string[] {
  const running = processes.map(({ name, pid }) => `${name} ${pid}`).join(', ')
  const site = instance === undefined ? 'starting' : `${instance.address} (${instance.command}, ${instance.network})`
  const head = [line('site', site), line('data', dataDir), line('running', running)]
  if (status === undefined) return [...head, line('status', 'the site does not answer (yet)')]
  const [node] = status.nodes
  return [
    ...head,
    ...(node === undefined ? [line('node', 'no report yet')] : nodeLines(node, status.follows)),
    ...indexLines(status, node),
  ]
}

function nodeLines(node: NodeReportView, follows: FollowsSummaryView): string[] {
  const { height, headerHeight, outboxLast, cursor } = node
  const refused = Object.entries(node.refused).map(([code, times]) => `${code} ${count(times)}`)
  return [
    line(
      'chain',
      `block ${shown(height)} of ${shown(headerHeight)}${node.isSynced ? ', synced' : ''}${waitingWords(node)}`,
    ),
    line(
      'peers',
      `${shown(node.peerCount)}${node.offenders ? `, ${count(node.offenders)} closed for what they sent` : ''}`,
    ),
    line(
      'DHT',
      `${shown(node.dhtContacts)} contacts, ${shown(node.dhtItems)} items${node.dhtShunned ? `, ${count(node.dhtShunned)} shunned` : ''}${node.isDhtPaused ? ', paused' : ''}`,
    ),
    ...lookupLines(node),
    line('follows', node.following === undefined ? `${shown(node.followed)} users` : followingWords(node.following)),
    ...troubleLines(follows),
    line('swarms', `${shown(node.swarmPeers)} peers`),
    ...controlLines(node),
    line(
      'queue',
      `${shown(cursor)} of ${shown(outboxLast)} items indexed${node.isQueueAway ? ', the queue is away' : ''}`,
    ),
    ...(refused.length === 0 ? [] : [line('refused', refused.join(', '))]),
  ]
}

function lookupLines({ lookups }: NodeReportView): string[] {
  if (lookups === undefined) return []
  const { kinds, running, perMinute } = lookups
  const sum = (of: 'done' | 'found' | 'failed' | 'due') => count(kinds.reduce((total, kind) => total + kind[of], 0))
  const dueOf = kinds.filter(({ due }) => due > 0).map(({ kind, due, errands }) => `${kind} ${due}/${count(errands)}`)
  const due = dueOf.length === 0 ? 'none due' : `due: ${dueOf.join(', ')}`
  return [
    line(
      'look-ups',
      `${sum('done')} done, ${sum('found')} found, ${sum('failed')} unanswered, ${count(running)} under way, at most ${count(perMinute)} a minute; ${due}`,
    ),
  ]
}

function waitingWords({ mempool }: NodeReportView): string {
  return mempool === undefined
    ? ''
    : `; ${count(mempool)} ${mempool === 1 ? 'registration waits' : 'registrations wait'}`
}

/** What is not as it should be with followed users; `windsock follows` says with whom. */
function troubleLines({ missing, lacking, failing, unregistered }: FollowsSummaryView): string[] {
  const words = [
    ...(missing === 0 ? [] : [`${counted(missing, 'post')} of ${counted(lacking, 'user')} known of and not here`]),
    ...(failing === 0 ? [] : [`${counted(failing, 'user')} whose last attempt failed`]),
    ...(unregistered === 0 ? [] : [`${counted(unregistered, 'name')} that the chain does not hold`]),
  ]
  return words.length === 0 ? [] : [line('trouble', words.join(', '))]
}

function controlLines({ fetches, control, signatures, workThreads }: NodeReportView): string[] {
  return [
    ...(fetches === undefined
      ? []
      : [
          line(
            'fetches',
            `${count(fetches.running)} under way, ${count(fetches.waiting)} wait, ${count(fetches.done)} done, ${count(fetches.refused)} refused`,
          ),
        ]),
    ...(control === undefined || control.refused === 0
      ? []
      : [line('control', `${counted(control.refused, 'message')} that could not be read`)]),
    ...(signatures === undefined
      ? []
      : [line('secp256k1', `${signatures}; threads that hash headers: ${shown(workThreads)}`)]),
  ]
}

function indexLines(status: StatusView, node: NodeReportView | undefined): string[] {
  const { tip, counts, newestPost, indexer, reconciliation, derivation } = status
  // A clock that was set for a replay shows in the reports' times alone.
  const now = Math.max(node?.at ?? 0, indexer?.at ?? 0) || Date.now() / 1000
  const held = `${counted(counts.posts, 'post')} of ${counted(counts.users, 'user')}, ${counted(counts.names, 'name')}`
  const behind = [
    ...(node?.height === undefined ? [] : [`${count(Math.max(0, node.height - (tip?.height ?? -1)))} blocks`]),
    ...(node?.outboxLast === undefined ? [] : [`${count(Math.max(0, node.outboxLast - (node.cursor ?? 0)))} items`]),
  ]
  return [
    line(
      'index',
      `${held}, ${counted(counts.hashtags, 'hashtag')}; ${count(counts.waiting)} waiting, ${count(counts.refused)} refused`,
    ),
    line(
      'newest',
      `block ${tip === undefined ? 'none' : `${count(tip.height)} ${ago(now - tip.time)}`}, post ${newestPost === undefined ? 'none' : ago(now - newestPost)}`,
    ),
    ...(behind.length === 0 ? [] : [line('lag', `the index is ${behind.join(' and ')} behind the node`)]),
    ...reconcileLines(reconciliation, now),
    ...derivationLines(derivation, now),
    ...(indexer === undefined ? [line('indexer', 'no report yet')] : []),
  ]
}

function reconcileLines(view: ReconciliationView, now: number): string[] {
  const { users, differing, lackingHere, lackingThere, asked, given, comparedAt } = view
  if (comparedAt === undefined) return []
  const lacking = `${count(differing)} differ: ${count(lackingHere)} lacking here, ${count(lackingThere)} in the node`
  const state = differing === 0 ? 'all the same' : lacking
  const repaired = asked + given === 0 ? '' : `; asked again for ${count(asked)}, gave back ${count(given)}`
  return [line('compared', `${count(users)} users, ${state}; last ${ago(now - comparedAt)}${repaired}`)]
}

function derivationLines({ rebuild, verification }: DerivationView, now: number): string[] {
  const amount = (done: number, total: number) => (total > 0 ? ` ${count(done)} of ${count(total)}` : '')
  return [
    ...(rebuild === undefined ? [] : [line('rebuild', `${rebuild.phase}${amount(rebuild.done, rebuild.total)}`)]),
    ...(verification === undefined
      ? []
      : [
          line(
            'verified',
            `${ago(now - verification.at)}, ${verification.isGood ? 'all as it must be' : `${counted(verification.problems, 'problem')}`}; network digest ${verification.network.slice(0, 16)}`,
          ),
        ]),
  ]
}

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)} ${text}`
}

function counted(number: number, word: string): string {
  return `${count(number)} ${word}${number === 1 ? '' : 's'}`
}

function shown(value: number | undefined): string {
  return value === undefined ? '?' : count(value)
}

function ago(seconds: number): string {
  return seconds < 1 ? 'just now' : `${duration(seconds)} ago`
}
