import type { Transaction } from '../client.ts'
import { STREAM_CHANNEL } from '../schema/channels.ts'
import type { Backlog, StreamKind } from '../schema/stream-kind.ts'
import { insertRows, type RowShape } from './rows.ts'

/** Something that happened, by reference, not yet numbered: the columns of stream_draft. */
export interface StreamDraft {
  kind: StreamKind
  username?: string
  /** k of a post, or a height; of a backlog the first. */
  number?: number
  /** The last of a backlog. */
  until?: number
  /** Who is followed, or what a backlog is of. */
  other?: string | Backlog
  /** Content hash of a post, profile or picture; hash of a block. */
  hash?: Uint8Array | undefined
}

const STREAM_DRAFT: RowShape<StreamDraft> = {
  kind: ['text', (row) => row.kind],
  username: ['text', (row) => row.username],
  number: ['int4', (row) => row.number],
  until: ['int4', (row) => row.until],
  other: ['text', (row) => row.other],
  hash: ['bytea', (row) => row.hash],
}

/** Appends, in the transaction in which it happened: told once that is committed, and never if it is not. */
export async function insertStreamDrafts(tx: Transaction, drafts: readonly StreamDraft[]): Promise<void> {
  await insertRows(tx, 'stream_draft', STREAM_DRAFT, drafts, '')
}

const SEQUENCER_LOCK = 7_763_112

/** One sequencer at a time. Held to the end of the transaction. */
export async function tryLockSequencer(tx: Transaction): Promise<boolean> {
  const [row] = await tx<{ isMine: boolean }[]>`SELECT pg_try_advisory_xact_lock(${SEQUENCER_LOCK}) AS is_mine`
  return row?.isMine === true
}

/**
 * Numbers up to `limit` drafts after the last event, and tells the site. Under the sequencer's lock, in one
 * transaction: whoever sees an event sees all before it. Answers how many there were.
 */
export async function numberStreamDrafts(tx: Transaction, nowMs: number, limit: number): Promise<number> {
  const [row] = await tx<{ count: number; last: number | null }[]>`
    WITH taken AS (
      DELETE FROM stream_draft WHERE ctid = ANY(ARRAY(SELECT ctid FROM stream_draft ORDER BY seq LIMIT ${limit}))
      RETURNING seq, kind, username, number, until, other, hash
    ), last AS (
      SELECT coalesce(max(id), 0) AS id, coalesce(max(at_ms), 0) AS at_ms
      FROM (SELECT id, at_ms FROM stream_event ORDER BY id DESC LIMIT 1) AS newest
    ), numbered AS (
      INSERT INTO stream_event (id, at_ms, kind, username, number, until, other, hash)
      SELECT last.id + row_number() OVER (ORDER BY seq), greatest(${nowMs}::bigint, last.at_ms),
        kind, username, number, until, other, hash
      FROM taken, last RETURNING id
    )
    SELECT count(*)::int AS count, max(id) AS last FROM numbered`
  if (row === undefined || row.last === null) return 0
  await tx`SELECT pg_notify(${STREAM_CHANNEL}, ${String(row.last)})`
  return row.count
}

/**
 * Forgets the oldest events, up to `limit`: those from before `sinceMs`, and what is more than `kept`. The newest stays,
 * so that numbers are never given twice. Answers how many went.
 */
export async function pruneStreamEvents(
  tx: Transaction,
  { sinceMs, kept, limit }: { sinceMs: number; kept: number; limit: number },
): Promise<number> {
  const rows = await tx`
    WITH newest AS (SELECT coalesce(max(id), 0) AS id FROM stream_event)
    DELETE FROM stream_event USING newest
    WHERE stream_event.id = ANY(ARRAY(SELECT id FROM stream_event ORDER BY id LIMIT ${limit}))
      AND stream_event.id < newest.id AND (at_ms < ${sinceMs}::bigint OR stream_event.id <= newest.id - ${kept}::bigint)`
  return rows.count
}
