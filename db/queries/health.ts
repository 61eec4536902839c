import type { Reader } from './reader.ts'

// What the doctor asks a database about itself: nothing of what the index holds.

export interface ServerFacts {
  versionNumber: number
  version: string
  encoding: string
  /** Case folding and trigrams of letters outside ASCII work. */
  foldsLetters: boolean
  connections: number
  maxConnections: number
  sizeBytes: number
  now: number
  /** The index's own table of facts is there. */
  hasMeta: boolean
  installed: string[]
}

export async function serverFacts(sql: Reader): Promise<ServerFacts | undefined> {
  const rows = await sql<ServerFacts[]>`
    select current_setting('server_version_num')::int as version_number, current_setting('server_version') as version,
      current_setting('server_encoding') as encoding, lower('ÄЖΩ') = 'äжω' as folds_letters,
      (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
      current_setting('max_connections')::int as max_connections,
      pg_database_size(current_database()) as size_bytes, extract(epoch from clock_timestamp())::float8 as now,
      to_regclass('public.meta') is not null as has_meta,
      array(select extname::text from pg_extension) as installed`
  return rows[0]
}

/** Letters of other scripts have trigrams. Only where pg_trgm is installed. */
export async function hasForeignTrigrams(sql: Reader): Promise<boolean> {
  const rows = await sql<{ found: boolean }[]>`select cardinality(show_trgm('風ж')) > 0 as found`
  return rows[0]?.found ?? false
}

export interface RoleFacts {
  name: string
  isSuper: boolean
  canMakeRoles: boolean
  canMakeTemporary: boolean
  canCreate: boolean
  /** Tables that it may change, and tables that it may not read. */
  writable: string[]
  unreadable: string[]
}

/** What a role may do in this database; nothing when there is no such role. */
export async function roleFacts(sql: Reader, role: string): Promise<RoleFacts | undefined> {
  const rows = await sql<RoleFacts[]>`
    select rolname::text as name, rolsuper as is_super, rolcreaterole as can_make_roles,
      has_database_privilege(oid, current_database(), 'TEMPORARY') as can_make_temporary,
      has_schema_privilege(oid, 'public', 'CREATE') as can_create,
      array(select c.relname::text from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
        and has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') order by 1) as writable,
      array(select c.relname::text from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
        and not has_table_privilege(r.oid, c.oid, 'SELECT') order by 1) as unreadable
    from pg_roles r where rolname = ${role}`
  return rows[0]
}

/** The tables of the queue, when it lives in the database. */
export async function hasQueueTables(sql: Reader): Promise<boolean> {
  const rows = await sql<{ found: boolean }[]>`select to_regclass('bullmq.job') is not null as found`
  return rows[0]?.found ?? false
}

export interface IndexFacts {
  meta: Record<string, string>
  invalidIndexes: string[]
  pending: number
  oldestPending: number | undefined
  marks: number
  tipHeight: number | undefined
  tipTime: number | undefined
}

interface IndexFactsRow extends Omit<IndexFacts, 'oldestPending' | 'tipHeight' | 'tipTime' | 'meta'> {
  oldestPending: number | null
  tipHeight: number | null
  tipTime: number | null
}

export async function indexFacts(sql: Reader): Promise<IndexFacts> {
  const [meta, rows] = await Promise.all([
    sql<{ key: string; value: string }[]>`select key, value from meta`,
    sql<IndexFactsRow[]>`
      select
        array(select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indexrelid
          where c.relnamespace = 'public'::regnamespace and not (i.indisvalid and i.indisready) order by 1) as invalid_indexes,
        (select count(*) from pending_item) as pending,
        (select min(received_at) from pending_item) as oldest_pending,
        (select count(*) from recount) as marks,
        tip.height as tip_height, tip.time as tip_time
      from (select 1) one
      left join lateral (select height, time from block where is_active order by height desc limit 1) tip on true`,
  ])
  const row = rows[0]
  return {
    meta: Object.fromEntries(meta.map(({ key, value }) => [key, value])),
    invalidIndexes: row?.invalidIndexes ?? [],
    pending: row?.pending ?? 0,
    oldestPending: row?.oldestPending ?? undefined,
    marks: row?.marks ?? 0,
    tipHeight: row?.tipHeight ?? undefined,
    tipTime: row?.tipTime ?? undefined,
  }
}
