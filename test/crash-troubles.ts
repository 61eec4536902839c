import type { OutboxItem } from '../node/outbox/item.ts'
import type { CrashGround } from './crash-ground.ts'
import { eventually } from './services.ts'

/** What a healthy item meets when the server cannot do it just now. */
export interface Trouble {
  /** SQLSTATE. */
  code: string
  /** After how many refusals the item might be taken for the culprit: a batch, alone, and piece by piece. */
  tries: number
}

export const DISK_FULL: Trouble = { code: '53100', tries: 4 }
export const CANCELLED: Trouble = { code: '57014', tries: 4 }
export const LOCK_TIMEOUT: Trouble = { code: '55P03', tries: 4 }
export const UNREADABLE_FILE: Trouble = { code: '58030', tries: 4 }
/** Writers that meet in a circle try again at once, so it takes many. */
export const DEADLOCK: Trouble = { code: '40P01', tries: 24 }

/** The server refuses these items until they have been tried often enough; without a trouble, it takes them. */
export async function suffer(
  { db, append, settled }: CrashGround,
  trouble: Trouble | undefined,
  items: readonly OutboxItem[],
): Promise<void> {
  if (trouble !== undefined) await refuse(db, trouble.code)
  append(items)
  // A sequence forgets nothing when a transaction is rolled back.
  const tries = async () => (await db<{ at: number }[]>`SELECT last_value AS at FROM breakpoint.tries`)[0]?.at ?? 0
  if (trouble !== undefined) {
    await eventually(tries, (at) => at > trouble.tries, 60_000)
    await db.unsafe('DROP FUNCTION breakpoint.fail CASCADE')
  }
  await settled()
}

async function refuse(db: CrashGround['db'], code: string): Promise<void> {
  await db.unsafe(`
    DROP SEQUENCE IF EXISTS breakpoint.tries;
    CREATE SEQUENCE breakpoint.tries;
    CREATE FUNCTION breakpoint.fail() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM nextval('breakpoint.tries'); RAISE EXCEPTION 'not now' USING ERRCODE = '${code}'; END $$;
    CREATE TRIGGER breakpoint_fail BEFORE INSERT ON userpost FOR EACH STATEMENT EXECUTE FUNCTION breakpoint.fail()`)
}
