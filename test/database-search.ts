import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type postgres from 'postgres'

/** Every table of the database that has a text in one of its columns, whatever their types. */
export async function tablesWith(sql: postgres.Sql, text: string): Promise<string[]> {
  const tables = await sql<{ schema: string; name: string }[]>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`
  const hex = Buffer.from(text).toString('hex')
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64')
    return encoded.slice(4, -4)
  })
  const needles = [text, hex, ...base64]
  const found: string[] = []
  for (const { schema, name } of tables) {
    const [row] = await sql<{ count: string }[]>`
      select count(*) from ${sql(schema)}.${sql(name)} as t
      where exists (select 1 from unnest(${needles}::text[]) as needle where position(needle in t::text) > 0)`
    if (Number(row?.count) > 0) found.push(`${schema}.${name}`)
  }
  return found
}

/** Of the owner role of the database that the launcher keeps in its data folder. */
export function embeddedDatabaseUrl(dataDir: string): string {
  const password = readFileSync(join(dataDir, 'postgres/password'), 'utf8').trim()
  const port = readFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), 'latin1').split('\n')[3]
  return `postgres://windsock:${password}@127.0.0.1:${port}/windsock`
}
