import type { Transaction } from '../client.ts'
import { PROFILE, type ProfileRow } from './dht-item.ts'
import { columnOf, insertRows, type RowShape } from './rows.ts'

export interface FollowingSpanRow {
  username: string
  followed: string
  sinceTime: number
  sinceHeight: number
  untilTime: number | undefined
  untilHeight: number | undefined
}

const FOLLOWING_SPAN: RowShape<FollowingSpanRow> = {
  username: ['text', (row) => row.username],
  followed: ['text', (row) => row.followed],
  since_time: ['int8', (row) => row.sinceTime],
  since_height: ['int4', (row) => row.sinceHeight],
  until_time: ['int8', (row) => row.untilTime],
  until_height: ['int4', (row) => row.untilHeight],
}

/** Replaces the histories of these users' values. */
export async function replaceHistories(
  tx: Transaction,
  owners: readonly string[],
  rows: { profiles: readonly ProfileRow[]; spans: readonly FollowingSpanRow[] },
): Promise<void> {
  if (owners.length === 0) return
  const names = columnOf(tx, 'text', owners)
  await tx`DELETE FROM profile_version WHERE username = ANY(${names}::text[])`
  await tx`DELETE FROM following_span WHERE username = ANY(${names}::text[])`
  await insertRows(tx, 'profile_version', PROFILE, rows.profiles, '')
  await insertRows(tx, 'following_span', FOLLOWING_SPAN, rows.spans, '')
}
