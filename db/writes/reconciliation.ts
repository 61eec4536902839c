import type { Transaction } from '../client.ts'
import { parseMultirange } from './multirange.ts'
import { columnOf, insertRows, type RowShape } from './rows.ts'

const RECONCILER_LOCK = 7_763_120

/** One reconciler at a time; the others try again later. Until the transaction ends. */
export async function tryLockReconciler(tx: Transaction): Promise<boolean> {
  const [row] = await tx<{ isMine: boolean }[]>`SELECT pg_try_advisory_xact_lock(${RECONCILER_LOCK}) AS is_mine`
  return row?.isMine === true
}

export interface ReconciliationRow {
  nodeId: string
  /** '': the node's chain. */
  username: string
  waitS: number
  lackingHere: number
  lackingThere: number
  asked: number
  given: number
}

/** Seqs of the newest values; -1 for none, undefined: not said. */
export interface Seqs {
  profile: number | undefined
  avatar: number | undefined
  following: number | undefined
}

/** A user as a node and the index have him, and what came of the last comparison. Numbers are runs, first and last in turn. */
export interface Comparison extends ReconciliationRow {
  /** The node holds them, and the index has never seen them. */
  onlyThere: number[]
  /** The index holds them, whole and accepted, and the node does not. */
  onlyHere: number[]
  seqsHere: Seqs
  seqsThere: Seqs
}

interface ComparisonRow extends Record<'waitS' | 'lackingHere' | 'lackingThere' | 'asked' | 'given', number | null> {
  nodeId: string
  username: string
  onlyThere: string
  onlyHere: string
  profileHere: number
  avatarHere: number
  followingHere: number
  profileSeq: number | null
  avatarSeq: number | null
  followingSeq: number | null
}

/**
 * Users whose turn it is, of nodes that spoke since `freshFrom` and all of whose outbox up to their word is written here:
 * what is on its way is not missing. Posts that came only inside of others are not whole and say nothing; a number that
 * was refused is known, unless it was we who could not write it.
 */
export async function usersToCompare(
  tx: Transaction,
  { now, freshFrom, limit }: { now: number; freshFrom: number; limit: number },
): Promise<Comparison[]> {
  const rows = await tx<ComparisonRow[]>`
    WITH due AS (
      SELECT i.node_id, i.username, i.numbers_from, i.numbers_to, i.numbers, i.profile_seq, i.avatar_seq,
        i.following_seq, r.wait_s, r.lacking_here, r.lacking_there, r.asked, r.given
      FROM inventory i
      JOIN outbox_cursor c ON c.node_id = i.node_id AND c.cursor >= i.sequence
      LEFT JOIN reconciliation r ON r.node_id = i.node_id AND r.username = i.username
      WHERE i.is_registered AND i.numbers IS NOT NULL AND i.at >= ${freshFrom} AND coalesce(r.next_at, 0) <= ${now}
      ORDER BY coalesce(r.next_at, 0), i.username, i.node_id LIMIT ${limit}
    )
    SELECT d.node_id, d.username, d.wait_s, d.lacking_here, d.lacking_there, d.asked, d.given, d.profile_seq,
      d.avatar_seq, d.following_seq,
      (d.numbers * int4multirange(int4range(d.numbers_from, d.numbers_to, '[]')) - p.seen - q.refused)::text AS only_there,
      (p.good - d.numbers)::text AS only_here, v.profile_here, v.avatar_here, v.following_here
    FROM due d
    CROSS JOIN LATERAL (
      SELECT coalesce(range_agg(int4range(k, k, '[]')), '{}') AS seen,
        coalesce(range_agg(int4range(k, k, '[]')) FILTER (WHERE verdict = 'accept' AND source <> 'retwist'), '{}') AS good
      FROM raw_userpost WHERE raw_userpost.username = d.username AND k BETWEEN d.numbers_from AND d.numbers_to
    ) p
    CROSS JOIN LATERAL (
      SELECT coalesce(range_agg(int4range(k, k, '[]')), '{}') AS refused
      FROM quarantine WHERE quarantine.username = d.username AND k BETWEEN d.numbers_from AND d.numbers_to
        AND code <> 'indexer-error'
    ) q
    CROSS JOIN LATERAL (
      SELECT coalesce(max(seq) FILTER (WHERE r = 'profile'), -1) AS profile_here,
        coalesce(max(seq) FILTER (WHERE r = 'avatar'), -1) AS avatar_here,
        coalesce(max(seq) FILTER (WHERE r = 'following1'), -1) AS following_here
      FROM raw_dht_item WHERE sig_user = d.username AND t = 's' AND r IN ('profile', 'avatar', 'following1')
    ) v`
  return rows.map((row) => ({
    nodeId: row.nodeId,
    username: row.username,
    waitS: row.waitS ?? 0,
    lackingHere: row.lackingHere ?? 0,
    lackingThere: row.lackingThere ?? 0,
    asked: row.asked ?? 0,
    given: row.given ?? 0,
    onlyThere: parseMultirange(row.onlyThere),
    onlyHere: parseMultirange(row.onlyHere),
    seqsHere: { profile: row.profileHere, avatar: row.avatarHere, following: row.followingHere },
    seqsThere: {
      profile: row.profileSeq ?? undefined,
      avatar: row.avatarSeq ?? undefined,
      following: row.followingSeq ?? undefined,
    },
  }))
}

/** The newest whole posts of these numbers. */
export async function piecesOf(
  tx: Transaction,
  username: string,
  numbers: readonly number[],
  limit: number,
): Promise<Uint8Array[]> {
  const rows = await tx<{ piece: Uint8Array }[]>`
    SELECT piece FROM raw_userpost
    WHERE username = ${username} AND k = ANY(${columnOf(tx, 'int4', numbers)}::int4[])
      AND verdict = 'accept' AND source <> 'retwist'
    ORDER BY k DESC LIMIT ${limit}`
  return rows.map(({ piece }) => piece)
}

/** Of a user's own single values those with the highest seq; of the following list all pages of that seq. */
export async function newestValuesOf(
  tx: Transaction,
  username: string,
  base: keyof Seqs,
  limit: number,
): Promise<{ p: Uint8Array; sigP: Uint8Array; sigUser: string }[]> {
  const pattern = base === 'following' ? '^following[1-9][0-9]?$' : `^${base}$`
  return tx<{ p: Uint8Array; sigP: Uint8Array; sigUser: string }[]>`
    SELECT DISTINCT ON (r) p, sig_p, sig_user FROM raw_dht_item
    WHERE sig_user = ${username} AND t = 's' AND r ~ ${pattern} AND seq = (
      SELECT max(seq) FROM raw_dht_item m WHERE m.sig_user = ${username} AND m.t = 's' AND m.r ~ ${pattern})
    ORDER BY r, height DESC, content_hash LIMIT ${limit}`
}

export interface NodeChain extends ReconciliationRow {
  json: unknown
  cursor: number
}

/** Nodes whose chain's turn it is to be compared. */
export async function chainsToCompare(
  tx: Transaction,
  { now, freshFrom, limit }: { now: number; freshFrom: number; limit: number },
): Promise<NodeChain[]> {
  const rows = await tx<(Omit<NodeChain, 'username'> & { waitS: number | null })[]>`
    SELECT s.node_id, s.json, c.cursor, coalesce(r.wait_s, 0) AS wait_s, coalesce(r.lacking_here, 0) AS lacking_here,
      coalesce(r.lacking_there, 0) AS lacking_there, coalesce(r.asked, 0) AS asked, coalesce(r.given, 0) AS given
    FROM node_status s
    JOIN outbox_cursor c ON c.node_id = s.node_id
    LEFT JOIN reconciliation r ON r.node_id = s.node_id AND r.username = ''
    WHERE s.at >= ${freshFrom} AND coalesce(r.next_at, 0) <= ${now}
    ORDER BY coalesce(r.next_at, 0) LIMIT ${limit}`
  return rows.map((row) => ({ ...row, username: '' }))
}

/** Nothing of the node's outbox counts as written: all of it comes again. */
export async function forgetCursor(tx: Transaction, nodeId: string, at: number): Promise<void> {
  await tx`
    UPDATE outbox_cursor SET cursor = 0, received = '{}'::int8multirange, updated_at = ${at} WHERE node_id = ${nodeId}`
}

/** What came of comparisons; the next one of each is so long after `now`. */
export async function saveReconciliations(
  tx: Transaction,
  rows: readonly ReconciliationRow[],
  now: number,
): Promise<void> {
  const shape: RowShape<ReconciliationRow> = {
    node_id: ['text', (row) => row.nodeId],
    username: ['text', (row) => row.username],
    compared_at: ['float8', () => now],
    next_at: ['float8', (row) => now + row.waitS],
    wait_s: ['float8', (row) => row.waitS],
    lacking_here: ['int4', (row) => row.lackingHere],
    lacking_there: ['int4', (row) => row.lackingThere],
    asked: ['int8', (row) => row.asked],
    given: ['int8', (row) => row.given],
  }
  await insertRows(
    tx,
    'reconciliation',
    shape,
    rows,
    `ON CONFLICT (node_id, username) DO UPDATE SET compared_at = excluded.compared_at, next_at = excluded.next_at,
      wait_s = excluded.wait_s, lacking_here = excluded.lacking_here, lacking_there = excluded.lacking_there,
      asked = excluded.asked, given = excluded.given`,
  )
}

/** Of users whom their node does not follow any more, and of nodes that are forgotten. */
export async function forgetReconciliations(tx: Transaction): Promise<void> {
  await tx`
    DELETE FROM reconciliation r WHERE r.username <> '' AND NOT EXISTS (
      SELECT 1 FROM inventory i WHERE i.node_id = r.node_id AND i.username = r.username)`
  await tx`
    DELETE FROM reconciliation r WHERE r.username = '' AND NOT EXISTS (
      SELECT 1 FROM node_status s WHERE s.node_id = r.node_id)`
}
