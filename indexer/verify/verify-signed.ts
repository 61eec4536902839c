import type { Transaction } from '../../db/client.ts'
import {
  type CheckedUserpostRow,
  type CheckedValueRow,
  checkedUserposts,
  checkedValues,
} from '../../db/writes/verify-source.ts'
import type { OutboxItem } from '../../node/outbox/item.ts'
import { bytesEqual } from '../../node/protocol/bytes.ts'
import type { NetworkParams } from '../../node/protocol/params.ts'
import { parseSignedUserpost } from '../../node/protocol/userpost.ts'
import { type Claim, claimOf } from '../ingest/claim.ts'
import { claimsOf, openItem, readingsOf } from '../ingest/read-item.ts'
import type { Recoverer } from '../ingest/recoverer.ts'
import { commentOf, rawUserpostRow } from '../posts/userpost.ts'
import { rawDhtItemRow } from '../resources/dht-item.ts'
import type { Problems } from './verify-problems.ts'

interface SignedCheck {
  tx: Transaction
  params: NetworkParams
  recoverer: Recoverer
  problems: Problems
}

export interface SignedCounts {
  rows: number
  /** Recovered again: of posts, of posts inside of them, of values. */
  signatures: number
  /** sig_wort that no key of the author made. Nothing depends on it: another instance may have got the piece without. */
  badWorts: number
}

/** Every raw post: what its bytes and its signatures say must stand beside them. */
export async function verifyUserposts(check: SignedCheck, onRows: (count: number) => void): Promise<SignedCounts> {
  const counts: SignedCounts = { rows: 0, signatures: 0, badWorts: 0 }
  for await (const rows of checkedUserposts(check.tx)) {
    const opened = rows.map((row) => openItem(itemOfUserpost(row), check.params))
    const worts = rows.map(wortOf)
    const claims = [...opened.flatMap(claimsOf), ...worts.filter((claim) => claim !== undefined)]
    await check.recoverer.recover(claims)
    for (const [at, row] of rows.entries()) {
      const one = opened[at]
      const found = one === undefined ? [] : readingsOf(one)
      const wrong = wrongWithUserpost(row, found[0])
      if (wrong !== undefined) check.problems.add('raw_userpost', `${row.username}/${row.k}`, wrong)
      const wort = worts[at]
      if (wort !== undefined && (wort.keyId === undefined || !bytesEqual(wort.keyId, row.keyId))) counts.badWorts++
    }
    counts.rows += rows.length
    counts.signatures += claims.length
    onRows(counts.rows)
  }
  return counts
}

/** Every raw value, likewise. */
export async function verifyValues(check: SignedCheck, onRows: (count: number) => void): Promise<SignedCounts> {
  const counts: SignedCounts = { rows: 0, signatures: 0, badWorts: 0 }
  for await (const rows of checkedValues(check.tx)) {
    for (const row of rows) {
      const [found] = openItem(itemOfValue(row), check.params).readings
      const wrong = wrongWithValue(row, found)
      if (wrong !== undefined) check.problems.add('raw_dht_item', `${row.sigUser} ${row.r}`, wrong)
    }
    counts.rows += rows.length
    counts.signatures += rows.length
    onRows(counts.rows)
  }
  return counts
}

export function itemOfUserpost(row: CheckedUserpostRow): Extract<OutboxItem, { kind: 'userpost' }> {
  const { username, k, piece, firstSeen, source, tipHeight } = row
  return { seq: 0, kind: 'userpost', username, k, piece, firstSeen, source, tipHeight }
}

export function itemOfValue(row: CheckedValueRow): Extract<OutboxItem, { kind: 'dht-item' }> {
  const { p, sigP, sigUser, firstSeen, source, tipHeight } = row
  return { seq: 0, kind: 'dht-item', p, sigP, sigUser, firstSeen, source, tipHeight }
}

type Found = ReturnType<typeof readingsOf>[number]

function wrongWithUserpost(row: CheckedUserpostRow, found: Found | undefined): string | undefined {
  if (found?.kind !== 'userpost') return found?.kind === 'refused' ? found.code : 'cannot be read'
  const { contentHash, keyId, height, rtName, rtKeyId, favName, favKeyId } = rawUserpostRow(found)
  if (!bytesEqual(contentHash, row.contentHash)) return 'holds other bytes than its hash says'
  if (!bytesEqual(keyId, row.keyId)) return 'is signed by another key than stands beside it'
  const isInnerAs = rtName === row.rtName && favName === row.favName
  const isInnerSigned = isSame(rtKeyId, row.rtKeyId) && isSame(favKeyId, row.favKeyId)
  return isInnerAs && isInnerSigned && height === row.height ? undefined : 'has other facts than stand beside it'
}

function wrongWithValue(row: CheckedValueRow, found: Found | undefined): string | undefined {
  if (found?.kind !== 'dht-item') return found?.kind === 'refused' ? found.code : 'cannot be read'
  const derived = rawDhtItemRow(found)
  if (!bytesEqual(derived.contentHash, row.contentHash)) return 'holds other bytes than its hash says'
  if (!bytesEqual(derived.keyId, row.keyId)) return 'is signed by another key than stands beside it'
  const isThere = bytesEqual(derived.target, row.target) && bytesEqual(derived.n, row.n) && derived.r === row.r
  const isAs = derived.t === row.t && derived.height === row.height && derived.time === row.time
  return isThere && isAs && (derived.seq ?? null) === row.seq ? undefined : 'has other facts than stand beside it'
}

/** "sig_wort: signature over the userpost without rt, sig_rt" (dht-swarm-posts.md 5.1). */
function wortOf({ piece }: CheckedUserpostRow): Claim | undefined {
  const post = parseSignedUserpost(piece)
  const comment = post?.sigWort && commentOf(post)
  return comment && post.sigWort && claimOf(comment, post.sigWort)
}

function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : bytesEqual(a, b)
}
