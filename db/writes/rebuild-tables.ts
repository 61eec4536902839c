import type { Transaction } from '../client.ts'
import { DERIVED_NAMES } from '../derived-tables.ts'
import type { UserpostKey } from './raw-userpost.ts'
import { insertRows, type RowShape } from './rows.ts'

/**
 * The tables of a rebuild: in a schema of their own, filled out of sight, and put in the place of the old ones in one
 * transaction. Whoever may read the old ones may read the new ones.
 */
const SCHEMA = 'rebuilt'
/** Filled by millions of rows at once, so their indexes are made afterwards. */
const BULK: readonly string[] = ['userpost', 'search_word', 'hashtag', 'mention', 'twist_link']
/** search_word is derived, too, though no digest is taken of it: a word may stand twice. */
const REBUILT: readonly string[] = [...DERIVED_NAMES, 'search_word']
/** Of a sort or hash of the totals, and of the making of an index (two at a time). */
const SORT_MEMORY = '64MB'
const INDEX_MEMORY = '128MB'
/** Readers that we and they wait for: shorter than the time after which the server calls it a deadlock (1 s). */
const LOCK_TIMEOUT = '300ms'

/**
 * In this transaction the derived tables are those of the rebuild. Nobody waits for the disk: what a server that crashes
 * forgets of it is begun again.
 */
export async function enterRebuilt(tx: Transaction): Promise<void> {
  await tx.unsafe(`
    SET LOCAL search_path TO ${SCHEMA}, public; SET LOCAL synchronous_commit TO off;
    SET LOCAL work_mem TO '${SORT_MEMORY}'; SET LOCAL maintenance_work_mem TO '${INDEX_MEMORY}'`)
}

/** What a rebuild that was killed has left, also what the server may still be doing for it. The caller holds the lock. */
export async function dropRebuilt(tx: Transaction, applicationName: string): Promise<void> {
  await tx`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = ${applicationName} AND pid <> pg_backend_pid()`
  await tx.unsafe(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`)
}

/** Ends what other sessions of these names are at; they stay open. */
export async function cancelStatements(tx: Transaction, applicationNames: readonly string[]): Promise<void> {
  await tx`
    SELECT pg_cancel_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name IN ${tx(applicationNames)} AND pid <> pg_backend_pid()`
}

/**
 * Makes empty tables. From the commit on, every key of raw data that comes or goes is noted: making a trigger waits for
 * the writers at work, so what is not noted is there for all to see.
 */
export async function makeRebuilt(tx: Transaction): Promise<void> {
  await tx.unsafe(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`)
  await tx.unsafe(`CREATE SCHEMA ${SCHEMA}`)
  for (const { name, options } of await tableOptions(tx)) {
    await tx.unsafe(`
      CREATE TABLE ${SCHEMA}.${name} (LIKE public.${name} INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS) ${options}`)
    if (!BULK.includes(name)) await makeIndexes(tx, [name])
  }
  await tx.unsafe(`CREATE TABLE ${SCHEMA}.gathered_word (LIKE public.search_word)`)
  await tx.unsafe(`CREATE TABLE ${SCHEMA}.recount (LIKE public.recount INCLUDING ALL)`)
  for (const { table, note, columns, events } of NOTES) {
    await tx.unsafe(`
      CREATE TABLE ${SCHEMA}.${note} AS SELECT ${columns} FROM public.${table} WITH NO DATA;
      CREATE FUNCTION ${SCHEMA}.note_${table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO ${SCHEMA}.${note} SELECT DISTINCT ${columns} FROM changed; RETURN NULL; END $$`)
    for (const event of events)
      await tx.unsafe(`
        CREATE TRIGGER note_${event.toLowerCase()} AFTER ${event} ON public.${table}
        REFERENCING ${event === 'DELETE' ? 'OLD' : 'NEW'} TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION ${SCHEMA}.note_${table}()`)
  }
}

const NOTES = [
  { table: 'raw_userpost', note: 'noted_userpost', columns: 'username, k', events: ['INSERT', 'DELETE'] },
  { table: 'raw_dht_item', note: 'noted_owner', columns: 'sig_user AS username', events: ['INSERT', 'DELETE'] },
  { table: 'moderation', note: 'noted_moderation', columns: 'kind', events: ['INSERT', 'UPDATE', 'DELETE'] },
] as const

export async function makeBulkIndexes(tx: Transaction, table: string): Promise<void> {
  if (table === 'search_word')
    await tx.unsafe(`INSERT INTO ${SCHEMA}.search_word SELECT DISTINCT word FROM ${SCHEMA}.gathered_word`)
  await makeIndexes(tx, [table])
}

export const BULK_TABLES: readonly string[] = BULK

/** The planner must know the new tables before readers meet them. */
export async function analyzeRebuilt(tx: Transaction): Promise<void> {
  await tx.unsafe(`ANALYZE ${REBUILT.map((name) => `${SCHEMA}.${name}`).join(', ')}`)
}

/** Takes up to `limit` noted posts. */
export async function takeNotedUserposts(tx: Transaction, limit: number): Promise<UserpostKey[]> {
  const rows = await tx<UserpostKey[]>`
    DELETE FROM rebuilt.noted_userpost WHERE ctid IN (SELECT ctid FROM rebuilt.noted_userpost LIMIT ${limit})
    RETURNING username, k`
  return [...new Map(rows.map((row) => [`${row.username}/${row.k}`, row])).values()]
}

/** Takes up to `limit` noted owners of values. */
export async function takeNotedOwners(tx: Transaction, limit: number): Promise<string[]> {
  const rows = await tx<{ username: string }[]>`
    DELETE FROM rebuilt.noted_owner WHERE ctid IN (SELECT ctid FROM rebuilt.noted_owner LIMIT ${limit})
    RETURNING username`
  return [...new Set(rows.map((row) => row.username))]
}

/** Did the operator block or unblock anything? */
export async function takeNotedModeration(tx: Transaction): Promise<boolean> {
  return (await tx`DELETE FROM rebuilt.noted_moderation RETURNING kind`).length > 0
}

/** Posts to derive as if they had come just now. */
export async function noteUserposts(tx: Transaction, keys: readonly UserpostKey[]): Promise<void> {
  await insertRows(tx, `${SCHEMA}.noted_userpost`, NOTED, keys, '')
}

const NOTED: RowShape<UserpostKey> = {
  username: ['text', (row) => row.username],
  k: ['int4', (row) => row.k],
}

/**
 * Puts the new tables in the place of the old ones, with their rights. The caller holds the index's lock exclusively, so
 * nobody writes; readers are waited for a moment only: the error 55P03 says that they were slower.
 */
export async function swapTables(tx: Transaction): Promise<void> {
  const noted = NOTES.map(({ table }) => `public.${table}`)
  const old = REBUILT.map((name) => `public.${name}`)
  const grants = await grantsOf(tx)
  await tx.unsafe(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`)
  await tx.unsafe(`LOCK TABLE ${[...old, ...noted].join(', ')} IN ACCESS EXCLUSIVE MODE`)
  await tx.unsafe(`INSERT INTO public.recount SELECT * FROM ${SCHEMA}.recount`)
  await tx.unsafe(`DROP TABLE ${old.join(', ')}`)
  for (const name of REBUILT) await tx.unsafe(`ALTER TABLE ${SCHEMA}.${name} SET SCHEMA public`)
  for (const grant of grants) await tx.unsafe(grant)
  await tx.unsafe(`DROP SCHEMA ${SCHEMA} CASCADE`)
}

async function tableOptions(tx: Transaction): Promise<{ name: string; options: string }[]> {
  const rows = await tx<{ name: string; options: string | null }[]>`
    SELECT c.relname AS name, array_to_string(c.reloptions, ', ') AS options FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname IN ${tx(REBUILT)}`
  if (rows.length !== REBUILT.length) throw new Error('a derived table is missing')
  return rows.map(({ name, options }) => ({ name, options: options === null ? '' : `WITH (${options})` }))
}

/** As the old tables have them, by the same names: migrations to come know them by these. */
async function makeIndexes(tx: Transaction, tables: readonly string[]): Promise<void> {
  const rows = await tx<{ name: string; text: string; constraintName: string | null; constraintText: string | null }[]>`
    SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS text, con.conname AS constraint_name,
      pg_get_constraintdef(con.oid) AS constraint_text
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid AND con.contype IN ('p', 'u')
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN ${tx(tables)} ORDER BY con.oid IS NULL, i.indexrelid`
  for (const { name, text, constraintName, constraintText } of rows) {
    await tx.unsafe(
      constraintName === null
        ? text.replace(` ON public.${name} `, ` ON ${SCHEMA}.${name} `)
        : `ALTER TABLE ${SCHEMA}.${name} ADD CONSTRAINT ${constraintName} ${constraintText}`,
    )
  }
}

async function grantsOf(tx: Transaction): Promise<string[]> {
  const rows = await tx<{ text: string }[]>`
    SELECT format('GRANT %s ON public.%I TO %s', acl.privilege_type, c.relname,
      CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END) AS text
    FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS acl
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname IN ${tx(REBUILT)} AND acl.grantee <> c.relowner`
  return rows.map((row) => row.text)
}
