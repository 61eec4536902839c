import type { Transaction } from '../db/client.ts'
import { countNumbers } from '../db/writes/multirange.ts'
import {
  type Comparison,
  newestValuesOf,
  piecesOf,
  type ReconciliationRow,
  type Seqs,
} from '../db/writes/reconciliation.ts'
import { REPAIR_PIECES, REPAIR_RUNS, REPAIR_VALUES } from '../node/outbox/limits.ts'
import type { RepairMessage } from '../node/outbox/repair-message.ts'
import { COMPARE_AGAIN_S, COMPARE_EQUAL_S, COMPARE_MAX_S } from './limits.ts'

const RESOURCES = ['profile', 'avatar', 'following'] as const

/** What has to be done about one user, and when to look again. */
export interface UserRepair {
  row: ReconciliationRow
  /** Undefined when nothing is lacking on either side. */
  message: RepairMessage | undefined
}

/** What the index lacks the node is asked for; what the node lacks it is given, the newest first. */
export async function repairOf(tx: Transaction, compared: Comparison): Promise<UserRepair> {
  const { nodeId, username, onlyThere, onlyHere, seqsHere, seqsThere } = compared
  const wantedResources = RESOURCES.filter((r) => (seqsThere[r] ?? -1) > (seqsHere[r] ?? -1))
  const lackedThere = RESOURCES.filter((r) => isOlder(seqsThere[r], seqsHere[r]))
  const lackingHere = countNumbers(onlyThere) + wantedResources.length
  const lackingThere = countNumbers(onlyHere) + lackedThere.length
  const row = { nodeId, username, lackingHere, lackingThere, asked: compared.asked, given: compared.given }
  if (lackingHere + lackingThere === 0) return { row: { ...row, waitS: COMPARE_EQUAL_S }, message: undefined }
  const pieces = await piecesOf(tx, username, newestOf(onlyHere), REPAIR_PIECES)
  const values = (await Promise.all(lackedThere.map((r) => newestValuesOf(tx, username, r, REPAIR_VALUES)))).flat()
  const message: RepairMessage = {
    kind: 'repair',
    nodeId,
    username,
    // The newest, like what is given.
    wantedNumbers: onlyThere.slice(-2 * REPAIR_RUNS),
    wantedResources,
    pieces,
    values: values.slice(0, REPAIR_VALUES),
  }
  const asked = row.asked + countNumbers(message.wantedNumbers) + wantedResources.length
  const given = row.given + pieces.length + message.values.length
  return { row: { ...row, asked, given, waitS: waitAfter(compared, lackingHere + lackingThere) }, message }
}

/** Soon, as long as it helps; what cannot be repaired is asked for ever more seldom. */
function waitAfter({ lackingHere, lackingThere, waitS }: Comparison, lacking: number): number {
  const before = lackingHere + lackingThere
  return before === 0 || lacking < before
    ? COMPARE_AGAIN_S
    : Math.min(COMPARE_MAX_S, Math.max(waitS, COMPARE_AGAIN_S) * 2)
}

/** Of what the node has said nothing, nothing is lacking. */
function isOlder(there: Seqs[keyof Seqs], here: Seqs[keyof Seqs]): boolean {
  return there !== undefined && here !== undefined && there < here
}

/** So many numbers of the runs as one message can have, the highest. */
function newestOf(ranges: readonly number[]): number[] {
  const numbers: number[] = []
  for (let index = ranges.length - 2; index >= 0; index -= 2) {
    const first = ranges[index] ?? 0
    for (let k = ranges[index + 1] ?? -1; k >= first && numbers.length < REPAIR_PIECES; k--) numbers.push(k)
  }
  return numbers
}
