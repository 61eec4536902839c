import type { Transaction } from '../client.ts'

export interface ModerationRow {
  kind: string
  subject: string
  reason: string
  at: number
}

/** The newest reason counts. Answers false, and writes nothing, when there are `bound` other blocks already. */
export async function insertModeration(tx: Transaction, row: ModerationRow, bound: number): Promise<boolean> {
  const { kind, subject, reason, at } = row
  const written = await tx`
    INSERT INTO moderation (kind, subject, reason, at)
    SELECT ${kind}, ${subject}, ${reason}, ${at}
    WHERE (SELECT count(*) FROM moderation WHERE (kind, subject) <> (${kind}, ${subject})) < ${bound}
    ON CONFLICT (kind, subject) DO UPDATE SET reason = excluded.reason, at = excluded.at
    RETURNING kind`
  return written.length > 0
}

/** False when there was no such block. */
export async function deleteModeration(tx: Transaction, kind: string, subject: string): Promise<boolean> {
  const gone = await tx`DELETE FROM moderation WHERE kind = ${kind} AND subject = ${subject} RETURNING kind`
  return gone.length > 0
}
