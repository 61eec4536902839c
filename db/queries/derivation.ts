import type { DerivationView } from '../views.ts'
import type { Reader } from './reader.ts'
import { booleanIn, numberIn, textIn } from './report-json.ts'

/** A rebuild says where it is every two seconds; one that was killed says nothing any more. */
const SILENT_AFTER_S = 30

/** Whether the index is being derived anew, and what the last check of it found. */
export async function derivationReport(sql: Reader): Promise<DerivationView> {
  const rows = await sql<{ key: string; value: string; now: number }[]>`
    select key, value, extract(epoch from now())::float8 as now from meta where key in ('rebuild', 'verification')`
  const jsonOf = (key: string): unknown => {
    const row = rows.find((one) => one.key === key)
    return row === undefined ? undefined : JSON.parse(row.value)
  }
  const now = rows[0]?.now ?? 0
  return { rebuild: rebuildOf(jsonOf('rebuild'), now), verification: verificationOf(jsonOf('verification')) }
}

function rebuildOf(json: unknown, now: number): DerivationView['rebuild'] {
  const [phase, done, total] = [textIn(json, 'phase'), numberIn(json, 'done'), numberIn(json, 'total')]
  const [startedAt, writtenAt] = [numberIn(json, 'startedAt'), numberIn(json, 'writtenAt')]
  if (phase === undefined || done === undefined || total === undefined || startedAt === undefined) return undefined
  return writtenAt === undefined || now - writtenAt > SILENT_AFTER_S ? undefined : { phase, done, total, startedAt }
}

function verificationOf(json: unknown): DerivationView['verification'] {
  const [at, isGood, height] = [numberIn(json, 'at'), booleanIn(json, 'isGood'), numberIn(json, 'height')]
  const [problems, network, pages] = [numberIn(json, 'problems'), textIn(json, 'network'), textIn(json, 'pages')]
  if (at === undefined || isGood === undefined || height === undefined || problems === undefined) return undefined
  return network === undefined || pages === undefined ? undefined : { at, isGood, height, problems, network, pages }
}
