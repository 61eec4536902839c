import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { CURSOR_SECRET } from './schema/meta.ts'
import { SCHEMA_VERSION } from './schema/version.ts'

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url))
/** Of all starters of one database one migrates, the others wait. */
const LOCK = 7_763_107
const READ_ROLE = 'windsock_read'
const CONNECT_TIMEOUT_S = 10

export interface MigrateOptions {
  /** With it, the read-only role is made (or given this password). */
  readPassword?: string
  say: (text: string) => void
}

/** Brings the database to this version's schema. Safe to run again and at the same time as others. */
export async function migrateDatabase(url: string, options: MigrateOptions): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: CONNECT_TIMEOUT_S, onnotice: () => undefined })
  try {
    await sql`SELECT pg_advisory_lock(${LOCK})`
    await refuseNewerSchema(sql)
    await migrate(drizzle(sql), { migrationsFolder: MIGRATIONS })
    await sql`INSERT INTO meta (key, value) VALUES ('schema', ${String(SCHEMA_VERSION)})
      ON CONFLICT (key) DO UPDATE SET value = excluded.value`
    await sql`INSERT INTO meta (key, value) VALUES (${CURSOR_SECRET}, ${randomBytes(32).toString('hex')})
      ON CONFLICT (key) DO NOTHING`
    if (options.readPassword !== undefined) await grantReadRole(sql, options.readPassword, options.say)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function refuseNewerSchema(sql: postgres.Sql): Promise<void> {
  const [exists] = await sql<{ meta: string | null }[]>`SELECT to_regclass('public.meta')::text AS meta`
  if (exists?.meta == null) return
  const [row] = await sql<{ value: string }[]>`SELECT value FROM meta WHERE key = 'schema'`
  if (row !== undefined && Number(row.value) > SCHEMA_VERSION) {
    throw new Error(`the database has schema ${row.value}, this version knows ${SCHEMA_VERSION}: use a newer Windsock`)
  }
}

/** "The site cannot write: its database role has SELECT alone (TEMP revoked, a URL of its own)". */
async function grantReadRole(sql: postgres.Sql, password: string, say: (text: string) => void): Promise<void> {
  const [me] = await sql<{ can: boolean; database: string }[]>`
    SELECT rolsuper OR rolcreaterole AS can, current_database() AS database FROM pg_roles WHERE rolname = current_user`
  if (me === undefined || !me.can) {
    say(`this database user may not make roles: make ${READ_ROLE} by hand, with SELECT on all tables and no TEMP`)
    return
  }
  // Roles belong to the server, not the database: another Windsock may be making it just now.
  await sql`SELECT pg_advisory_lock(${LOCK + 1})`
  const [role] = await sql`SELECT 1 FROM pg_roles WHERE rolname = ${READ_ROLE}`
  const verb = role === undefined ? 'CREATE' : 'ALTER'
  const [login] = await sql<{ text: string }[]>`
    SELECT format('%s ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %L',
      ${verb}::text, ${READ_ROLE}::text, ${password}::text) AS text`
  if (login !== undefined) await sql.unsafe(login.text)
  const database = `"${me.database.replaceAll('"', '""')}"`
  await sql.unsafe(`
    REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC;
    REVOKE ALL ON DATABASE ${database} FROM ${READ_ROLE};
    GRANT CONNECT ON DATABASE ${database} TO ${READ_ROLE};
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO ${READ_ROLE};
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${READ_ROLE};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ${READ_ROLE};
    ALTER ROLE ${READ_ROLE} SET default_transaction_read_only = on;
  `)
  await sql`SELECT pg_advisory_unlock(${LOCK + 1})`
}

async function main(): Promise<void> {
  const url = process.env['DATABASE_URL']
  if (url === undefined || url === '') throw new Error('DATABASE_URL is not set: it names the PostgreSQL database.')
  const say = (text: string) => process.stdout.write(`${text}\n`)
  await migrateDatabase(url, { readPassword: process.env['WINDSOCK_READ_PASSWORD'] || undefined, say })
  say(`the database has schema ${SCHEMA_VERSION}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    const reason = error instanceof AggregateError ? error.errors[0] : error
    process.stderr.write(`The database cannot be migrated: ${reason instanceof Error ? reason.message : reason}\n`)
    process.exitCode = 1
  })
}
