import type { Transaction } from '../client.ts'

/**
 * Notes that `first`..`last` of a node's outbox is written: call it in the transaction that writes the rows. The cursor
 * is the end of the unbroken run from 1; what came out of order is kept in `received` until the gap is filled.
 */
export async function advanceCursor(
  tx: Transaction,
  nodeId: string,
  range: { first: number; last: number; isRewind: boolean },
  at: number,
): Promise<number> {
  await tx`INSERT INTO outbox_cursor (node_id, cursor, updated_at) VALUES (${nodeId}, 0, ${at}) ON CONFLICT DO NOTHING`
  const [row] = await tx<{ cursor: number }[]>`
    WITH grown AS (
      SELECT (CASE WHEN ${range.isRewind} THEN '{}'::int8multirange ELSE received END)
        + int8multirange(int8range(${range.first}::int8, ${range.last}::int8, '[]')) AS received
      FROM outbox_cursor WHERE node_id = ${nodeId} FOR UPDATE
    )
    UPDATE outbox_cursor SET received = grown.received, updated_at = ${at},
      cursor = coalesce((SELECT upper(r) - 1 FROM unnest(grown.received) AS r WHERE r @> 1::int8), 0)
    FROM grown WHERE node_id = ${nodeId} RETURNING cursor`
  return row?.cursor ?? 0
}

export async function cursorOf(tx: Transaction, nodeId: string): Promise<number> {
  const [row] = await tx<{ cursor: number }[]>`SELECT cursor FROM outbox_cursor WHERE node_id = ${nodeId}`
  return row?.cursor ?? 0
}

/** Of the nodes that wrote last. */
export async function latestCursors(tx: Transaction): Promise<{ nodeId: string; cursor: number }[]> {
  return tx<{ nodeId: string; cursor: number }[]>`
    SELECT node_id, cursor FROM outbox_cursor ORDER BY updated_at DESC LIMIT 4`
}
