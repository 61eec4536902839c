import type { Transaction } from './client.ts'
import { DERIVED_NAMES, DERIVED_TABLES, type DerivedName } from './derived-tables.ts'
import { digestRows } from './digest.ts'

/** A row that is not what it must be. */
export interface RowDifference {
  table: string
  /** The columns that tell the row from others, as JSON. */
  key: string
  /** Not there, there though it must not be, or in which columns it is another. */
  kind: 'missing' | 'surplus' | 'differs'
  columns: string[]
}

export interface TableDifference {
  table: string
  /** Rows that are missing, surplus or other, each counted once. */
  rows: number
  first: RowDifference[]
}

/** Differences of a table that are told one by one. */
const TOLD = 10
const [OLD, NEW] = ['public', 'rebuilt']

/**
 * Compares each derived table, in all its columns, with the one that a rebuild has made, in a transaction that sees one
 * moment. Whole tables by their digests; rows are looked at where these differ.
 */
export async function compareTables(tx: Transaction, onTable: (done: number) => void): Promise<TableDifference[]> {
  const differences: TableDifference[] = []
  for (const [at, table] of DERIVED_NAMES.entries()) {
    const { columns, outside, order } = DERIVED_TABLES[table]
    const rowsOf = (schema: string | undefined) =>
      digestRows(tx, `SELECT ${[...columns, ...outside].join(', ')} FROM ${schema}.${table} ORDER BY ${order}`)
    const [before, after] = [await rowsOf(OLD), await rowsOf(NEW)]
    if (before.digest !== after.digest) differences.push(await differencesOf(tx, table))
    onTable(at + 1)
  }
  return differences
}

type Found = { side: string; key: string; row: Record<string, unknown>; total: number }

async function differencesOf(tx: Transaction, table: DerivedName): Promise<TableDifference> {
  const { columns, outside, order } = DERIVED_TABLES[table]
  const all = [...columns, ...outside].join(', ')
  const keys = order.replaceAll(' COLLATE "C"', '')
  const only = (one: string | undefined, other: string | undefined) => `
    SELECT '${one}' AS side, d.* FROM (SELECT ${all} FROM ${one}.${table} EXCEPT ALL SELECT ${all} FROM ${other}.${table}) d`
  const rows = await tx.unsafe<Found[]>(`
    WITH found AS (${only(OLD, NEW)} UNION ALL ${only(NEW, OLD)}), numbered AS (
      SELECT dense_rank() OVER (ORDER BY ${keys}) AS place, * FROM found)
    SELECT side, to_json(ARRAY[${keys
      .split(', ')
      .map((key) => `${key}::text`)
      .join(', ')}])::text AS key, to_jsonb(numbered) AS row, (SELECT max(place) FROM numbered) AS total
    FROM numbered WHERE place <= ${TOLD} ORDER BY place, side`)
  const byKey = new Map<string, Partial<Record<string, Record<string, unknown>>>>()
  for (const { side, key, row } of rows) byKey.set(key, { ...byKey.get(key), [side]: row })
  const first = [...byKey].map(([key, sides]): RowDifference => {
    const [old, rebuilt] = [sides[OLD ?? ''], sides[NEW ?? '']]
    if (old === undefined) return { table, key, kind: 'missing', columns: [] }
    if (rebuilt === undefined) return { table, key, kind: 'surplus', columns: [] }
    const differing = Object.keys(old).filter((name) => JSON.stringify(old[name]) !== JSON.stringify(rebuilt[name]))
    return { table, key, kind: 'differs', columns: differing.filter((name) => name !== 'side') }
  })
  return { table, rows: rows[0]?.total ?? 0, first }
}
