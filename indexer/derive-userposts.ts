import type { Transaction } from '../db/client.ts'
import { blockTimes, type TipRow } from '../db/writes/block.ts'
import {
  rawUserpostsByKey,
  type StoredUserpostRow,
  type UserpostKey,
  updateUserpostVerdicts,
  type VerdictRow,
} from '../db/writes/raw-userpost.ts'
import { replaceUserposts, type UserpostRow } from '../db/writes/userpost.ts'
import type { Username } from '../node/protocol/username.ts'
import { parseSignedUserpost, type Userpost } from '../node/protocol/userpost.ts'
import { DERIVE_KEYS } from './limits.ts'
import type { NameTable } from './name-table.ts'
import type { UserpostReading } from './reading.ts'
import { chooseUserpost, innerPost, type StoredUserpost, userpostRow } from './userpost.ts'
import { readSignedUserpost } from './userpost-reading.ts'
import { dueHeightOf, verdictOf } from './verdict.ts'

export interface Derivation {
  /** Authors whose posts may have changed. */
  authors: Set<string>
  /** Posts found inside of accepted retwists and favourites. */
  inner: UserpostReading[]
}

/** Derives everything under these post numbers from the raw rows, the names and the tip; nothing else enters. */
export async function deriveUserposts(
  tx: Transaction,
  keys: readonly UserpostKey[],
  names: NameTable,
  tip: TipRow,
): Promise<Derivation> {
  const derivation: Derivation = { authors: new Set(), inner: [] }
  for (let i = 0; i < keys.length; i += DERIVE_KEYS) {
    await deriveSome(tx, keys.slice(i, i + DERIVE_KEYS), names, tip, derivation)
  }
  return derivation
}

async function deriveSome(
  tx: Transaction,
  keys: readonly UserpostKey[],
  names: NameTable,
  tip: TipRow,
  derivation: Derivation,
): Promise<void> {
  const stored = (await rawUserpostsByKey(tx, keys)).map(storedUserpost)
  await names.load(
    tx,
    stored.flatMap(({ post: { userpost } }) => namesOf(userpost)),
  )
  const times = await blockTimes(tx, [...new Set(stored.map(({ post }) => post.userpost.height))])
  const verdicts: VerdictRow[] = []
  const rows: UserpostRow[] = []
  for (const rivals of groupsOf(stored)) {
    const accepted = rivals.filter((one) => verdictIn(one, names) === 'accept')
    const choice = chooseUserpost(accepted)
    for (const one of rivals) {
      const isAccepted = accepted.includes(one)
      const verdict = isAccepted && one !== choice?.winner ? 'rival' : verdictIn(one, names)
      const dueHeight = dueHeightOf(one.post.userpost, names)
      if (verdict !== one.row.verdict || dueHeight !== one.row.dueHeight)
        verdicts.push({ ...one.row, dueHeight, verdict })
      if (isAccepted) derivation.inner.push(...innerReadings(one))
    }
    if (choice === undefined) continue
    const { winner, rivalCount } = choice
    rows.push(userpostRow(winner, rivalCount, times.get(winner.post.userpost.height) ?? tip.time))
  }
  await updateUserpostVerdicts(tx, verdicts)
  await replaceUserposts(tx, keys, rows)
  for (const key of keys) derivation.authors.add(key.username)
}

function verdictIn({ row, post }: StoredUserpost, names: NameTable): string {
  return verdictOf({ ...row, userpost: post.userpost }, names)
}

function storedUserpost(row: StoredUserpostRow): StoredUserpost {
  const post = parseSignedUserpost(row.piece)
  if (post === undefined) throw new Error(`the stored post ${row.username}/${row.k} is damaged`)
  return { row, post }
}

function namesOf({ n, rt, fav }: Userpost): Username[] {
  return [n, rt?.userpost.n, fav?.userpost.n].filter((name) => name !== undefined)
}

function groupsOf(stored: readonly StoredUserpost[]): StoredUserpost[][] {
  const groups = new Map<string, StoredUserpost[]>()
  for (const one of stored) {
    const key = `${one.row.username}/${one.row.k}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()]
}

function innerReadings({ row, post }: StoredUserpost): UserpostReading[] {
  const provenance = { firstSeen: row.firstSeen, source: 'retwist', tipHeight: row.tipHeight }
  return [post.userpost.rt, post.userpost.fav].flatMap((inner) => {
    const found = innerPost(inner)
    const reading = found && readSignedUserpost(found, provenance)
    return reading?.kind === 'userpost' ? [reading] : []
  })
}
