import type { IndexFacts } from '../../db/queries/health.ts'
import { booleanIn, numberIn, textIn } from '../../db/queries/report-json.ts'
import { SCHEMA_VERSION } from '../../db/schema/version.ts'
import type { StatusView } from '../../db/views.ts'
import { PENDING_ITEMS } from '../../indexer/limits.ts'
import { DERIVATION_VERSION } from '../../indexer/rebuild/derivation.ts'
import { count, duration } from '../progress.ts'
import { bad, type Finding, good, note } from './finding.ts'
import {
  BEHIND_BLOCKS,
  LAG_NOTE_ITEMS,
  MARKS_NOTE,
  PENDING_NOTE_SHARE,
  REBUILD_SILENT_S,
  REPORT_OLD_S,
} from './limits.ts'

const AREA = 'index'
/** The code of what the indexer itself failed at: everything else is the sender's fault. */
const OWN_FAULT = 'indexer-error'

export interface IndexState {
  facts: IndexFacts
  status: StatusView
  refused: readonly { code: string; count: number }[]
  /** The network that the settings name. */
  network: string | undefined
  now: number
}

export function judgeSchema(meta: Readonly<Record<string, string>>, network: string | undefined): Finding[] {
  const schema = Number(meta['schema'] ?? 0)
  const findings: Finding[] = []
  if (schema < SCHEMA_VERSION) {
    findings.push(bad(AREA, `the schema is ${schema}, not ${SCHEMA_VERSION}: run node --import tsx db/migrate.ts`))
  } else if (schema > SCHEMA_VERSION) {
    findings.push(
      bad(AREA, `the schema is ${schema}, newer than this version's ${SCHEMA_VERSION}: use a newer Windsock`),
    )
  } else findings.push(good(AREA, `the schema is ${schema}`))
  const own = meta['network']
  if (own !== undefined && network !== undefined && own !== network) {
    findings.push(
      bad(AREA, `it holds the network "${own}", not "${network}": set WINDSOCK_NETWORK or another database`),
    )
  }
  return findings
}

export function judgeIndex(state: IndexState): Finding[] {
  const { facts } = state
  return [
    ...judgeSchema(facts.meta, state.network),
    ...judgeDerivation(facts),
    ...judgeRebuild(facts.meta['rebuild'], state.now),
    ...judgeVerification(facts.meta['verification'], state.now),
    ...judgeIndexer(state),
    ...judgeWaiting(state),
    ...judgeRefused(state.refused),
  ]
}

function judgeDerivation({ meta, invalidIndexes, marks }: IndexFacts): Finding[] {
  const findings: Finding[] = []
  const derivation = Number(meta['derivation'] ?? DERIVATION_VERSION)
  if (derivation < DERIVATION_VERSION) {
    findings.push(
      note(AREA, `it was derived by an older version: the indexer rebuilds it by itself, or run ./windsock reindex`),
    )
  } else if (derivation > DERIVATION_VERSION) {
    findings.push(bad(AREA, 'it was derived by a newer version: use that one, or run ./windsock reindex'))
  }
  if (invalidIndexes.length > 0) {
    const names = invalidIndexes.slice(0, 5).join(', ')
    findings.push(bad(AREA, `these indexes are not valid: ${names}; run REINDEX INDEX for each, or ./windsock reindex`))
  }
  if (marks > MARKS_NOTE) {
    findings.push(note(AREA, `${count(marks)} totals wait to be counted: see whether the indexer runs and gets on`))
  }
  return findings
}

/** What a rebuild last said of itself; nothing when none is under way. */
function judgeRebuild(json: string | undefined, now: number): Finding[] {
  if (json === undefined) return []
  const state = parsed(json)
  const phase = textIn(state, 'phase') ?? '?'
  const silentS = now - (numberIn(state, 'at') ?? 0)
  if (silentS <= REBUILD_SILENT_S)
    return [note(AREA, `it is being rebuilt (${phase}): the old rows are served meanwhile`)]
  return [note(AREA, `a rebuild was broken off (${phase}): the indexer begins it anew, or run ./windsock reindex`)]
}

/** The result of the last ./windsock verify. */
function judgeVerification(json: string | undefined, now: number): Finding[] {
  if (json === undefined) return [good(AREA, 'it was never checked as a whole: ./windsock verify does')]
  const found = parsed(json)
  const when = `${duration(Math.max(1, now - (numberIn(found, 'at') ?? 0)))} ago`
  if (booleanIn(found, 'isGood') === true)
    return [good(AREA, `it was checked as a whole ${when}, and all was as it must be`)]
  const problems = count(numberIn(found, 'problems') ?? 0)
  return [bad(AREA, `the check of ${when} found ${problems} problems: run ./windsock reindex, then ./windsock verify`)]
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function judgeIndexer({ status, facts, now }: IndexState): Finding[] {
  const { indexer, nodes } = status
  if (indexer === undefined) return [bad(AREA, 'no indexer has ever reported itself: start it with ./windsock up')]
  if (now - indexer.at > REPORT_OLD_S) {
    const ago = duration(now - indexer.at)
    return [bad(AREA, `the indexer was last heard ${ago} ago: start it, and read its log if it ends`)]
  }
  const [node] = nodes
  const lag = Math.max(0, (node?.outboxLast ?? 0) - (node?.cursor ?? 0))
  const behind = (node?.height ?? 0) - (facts.tipHeight ?? 0)
  if (lag > LAG_NOTE_ITEMS || behind > BEHIND_BLOCKS) {
    const words = `it is ${count(lag)} records and ${count(Math.max(0, behind))} blocks behind the node`
    return [note(AREA, `${words}: wait, or start more indexers beside it`)]
  }
  return [good(AREA, `the indexer is at work, ${count(lag)} records behind the node`)]
}

function judgeWaiting({ facts, now }: IndexState): Finding[] {
  const { pending, oldestPending } = facts
  if (pending > PENDING_ITEMS * PENDING_NOTE_SHARE) {
    const words = `${count(pending)} of at most ${count(PENDING_ITEMS)} items wait for the chain`
    return [note(AREA, `${words}: see whether the node's chain grows; the oldest go to the quarantine`)]
  }
  const age = oldestPending === undefined ? '' : `, the oldest for ${duration(Math.max(1, now - oldestPending))}`
  return [good(AREA, `${count(pending)} items wait for the chain${age}`)]
}

function judgeRefused(refused: IndexState['refused']): Finding[] {
  const own = refused.find(({ code }) => code === OWN_FAULT)
  const others = refused.filter(({ code }) => code !== OWN_FAULT)
  const words = others.slice(0, 3).map(({ code, count: number }) => `${count(number)} ${code}`)
  const findings: Finding[] = [good(AREA, words.length === 0 ? 'nothing was refused' : `refused: ${words.join(', ')}`)]
  if (own === undefined) return findings
  const many = `${count(own.count)} items could not be written by our own fault`
  return [...findings, bad(AREA, `${many}: see ./windsock quarantine --code ${OWN_FAULT}, and tell the makers`)]
}
