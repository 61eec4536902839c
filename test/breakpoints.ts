import postgres from 'postgres'
import { eventually } from './services.ts'

/**
 * Where writers stop when a test wants it: triggers wait for a lock that the test holds, so the code under test has no
 * hooks. 'write': before raw posts are inserted; 'cursor': everything of a batch is written, its cursor not yet; 'count':
 * totals are being counted; 'send' and 'take': a job goes into a queue that lives in PostgreSQL, or changes there.
 */
export type Point = 'write' | 'cursor' | 'count' | 'send' | 'take'

const NUMBERS: Record<Point, number> = { write: 1, cursor: 2, count: 3, send: 4, take: 5 }
/** What is done to which table. */
const TRIGGERS: Record<Point, string> = {
  write: 'INSERT ON raw_userpost',
  cursor: 'UPDATE ON outbox_cursor',
  count: 'INSERT OR UPDATE OR DELETE ON user_day',
  send: 'INSERT ON bullmq.job',
  take: 'UPDATE OR DELETE ON bullmq.job',
}
/** First number of the advisory locks; nobody else has it. */
const LOCKS = 0x62726b

export interface Breakpoints {
  hold(point: Point): Promise<void>
  /** Somebody has come to a point that is held. */
  reached(point: Point): Promise<void>
  release(point: Point): Promise<void>
  close(): Promise<void>
}

/** `points`: those whose tables are there. */
export async function openBreakpoints(url: string, points: readonly Point[]): Promise<Breakpoints> {
  const connect = () => postgres(url, { max: 1, idle_timeout: 0, onnotice: () => undefined })
  const watch = connect()
  await watch.unsafe(`
    CREATE SCHEMA IF NOT EXISTS breakpoint;
    CREATE OR REPLACE FUNCTION breakpoint.pass() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${LOCKS}, TG_ARGV[0]::int); RETURN NULL; END $$`)
  for (const point of points) {
    await watch.unsafe(`
      CREATE TRIGGER breakpoint_${point} BEFORE ${TRIGGERS[point]}
        FOR EACH STATEMENT EXECUTE FUNCTION breakpoint.pass(${NUMBERS[point]})`)
  }
  const held = new Map<Point, postgres.Sql>()
  return {
    hold: async (point) => {
      const sql = connect()
      held.set(point, sql)
      await sql`SELECT pg_advisory_lock(${LOCKS}, ${NUMBERS[point]})`
    },
    reached: async (point) => {
      const waiting = async () => {
        const [row] = await watch<{ count: number }[]>`
          SELECT count(*)::int AS count FROM pg_locks
          WHERE locktype = 'advisory' AND classid = ${LOCKS} AND objid = ${NUMBERS[point]} AND NOT granted`
        return row?.count ?? 0
      }
      await eventually(waiting, (count) => count > 0, 60_000)
    },
    release: async (point) => {
      await held.get(point)?.end({ timeout: 1 })
      held.delete(point)
    },
    close: async () => {
      await Promise.all([...held.values(), watch].map((sql) => sql.end({ timeout: 1 })))
    },
  }
}
