import type postgres from 'postgres'
import type { Transaction } from '../client.ts'

/** PostgreSQL's type numbers of arrays: a whole column travels as one parameter. */
const ARRAY_TYPES = {
  bool: 1000,
  bytea: 1001,
  int4: 1007,
  text: 1009,
  int8: 1016,
  float8: 1022,
  numeric: 1231,
  int4multirange: 6150,
  tsvector: 3643,
} as const

export type ColumnType = keyof typeof ARRAY_TYPES
export type Cell = string | number | boolean | Uint8Array | null | undefined

/** The values of one column as an array parameter; undefined becomes NULL. */
export function columnOf(
  tx: Transaction,
  type: ColumnType,
  values: readonly Cell[],
): postgres.ParameterOrFragment<never> {
  const literal = arrayLiteral(values) as unknown as number
  return tx.typed(literal, ARRAY_TYPES[type]) as unknown as postgres.ParameterOrFragment<never>
}

const ESCAPED = /["\\]/
const TO_ESCAPE = /["\\]/g

/** As PostgreSQL reads an array: written here in one go, in half the time that the driver takes. */
export function arrayLiteral(values: readonly Cell[]): string {
  let text = ''
  for (const value of values) text += `${text === '' ? '{' : ','}${cellLiteral(value)}`
  return text === '' ? '{}' : `${text}}`
}

function cellLiteral(value: Cell): string {
  if (value === undefined || value === null) return 'NULL'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (typeof value === 'string') return `"${ESCAPED.test(value) ? value.replace(TO_ESCAPE, '\\$&') : value}"`
  return `"\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}"`
}

/** Column name in SQL → its type and where its cell comes from. The order is that of the table's definition here. */
export type RowShape<Row> = Readonly<Record<string, readonly [ColumnType, (row: Row) => Cell]>>

/**
 * One statement for any number of rows (`INSERT … SELECT … FROM unnest`), the same text every time.
 * `conflict` is what follows the values: ON CONFLICT …, RETURNING ….
 */
export async function insertRows<Row, Result extends object = object>(
  tx: Transaction,
  table: string,
  shape: RowShape<Row>,
  rows: readonly Row[],
  conflict: string,
): Promise<Result[]> {
  if (rows.length === 0) return []
  const columns = Object.entries(shape)
  const names = columns.map(([name]) => name).join(', ')
  const arrays = columns.map(([, [type]], i) => `$${i + 1}::${type}[]`).join(', ')
  const parameters = columns.map(([, [type, cellOf]]) => columnOf(tx, type, rows.map(cellOf)))
  const text = `INSERT INTO ${table} (${names}) SELECT * FROM unnest(${arrays}) ${conflict}`
  const inserted = await tx.unsafe(text, parameters as unknown as postgres.ParameterOrJSON<never>[], { prepare: true })
  return inserted as unknown as Result[]
}
