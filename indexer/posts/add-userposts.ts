import type { Transaction } from '../../db/client.ts'
import {
  insertRawUserposts,
  newRawUserposts,
  noteWhole,
  type RawUserpostRow,
  type UserpostKey,
  userpostKey,
} from '../../db/writes/raw-userpost.ts'
import { markRecounts, userpostMarks } from '../../db/writes/recount.ts'
import { insertParts, placeUserposts } from '../../db/writes/userpost.ts'
import { compareBytes } from '../../node/protocol/bytes.ts'
import type { ChainView } from '../chain/chain-view.ts'
import { hidePosts } from '../hiding/hiding.ts'
import type { UserpostReading } from '../ingest/reading.ts'
import { deriveUserposts, type UserpostChanges } from './derive-userposts.ts'
import { judgeUserposts, namesOfUserpost } from './judge-userposts.ts'
import { rawUserpostRow, type StoredUserpost } from './userpost.ts'

export interface AddedUserposts extends UserpostChanges {
  /** Whose posts may have changed. */
  authors: ReadonlySet<string>
}

/**
 * Writes posts whose signatures are good, and derives what follows from memory: as if nothing stood under their numbers.
 * Where something does stand, this writer's or another's, that number is derived from all raw posts under it.
 */
export async function addUserposts(
  tx: Transaction,
  readings: readonly UserpostReading[],
  { names, tip, times }: ChainView,
): Promise<AddedUserposts> {
  if (readings.length === 0) return { authors: new Set(), placed: [], replaced: [] }
  const posts = await withoutKnownInner(tx, distinctPosts(readings))
  const userposts = posts.map(({ post }) => post.userpost)
  await Promise.all([
    names.load(tx, userposts.flatMap(namesOfUserpost)),
    times.load(
      tx,
      userposts.map(({ height }) => height),
    ),
  ])
  const { rows, verdicts } = judgeUserposts(posts, names, (height) => times.timeOf(height) ?? tip.time)
  const raws = verdicts.sort(compareRaw)
  const sorted = rows.sort(compareKeys)
  const [added, placed] = await Promise.all([insertRawUserposts(tx, raws), placeUserposts(tx, sorted)])
  const isAdded = new Set(added.map(userpostKey))
  const isPlaced = new Set(placed.map(userpostKey))
  const placedRows = isPlaced.size === sorted.length ? sorted : sorted.filter((row) => isPlaced.has(userpostKey(row)))
  await Promise.all([
    insertParts(tx, placedRows),
    hidePosts(tx, placedRows, placedRows),
    markRecounts(tx, userpostMarks(placedRows)),
  ])
  // What was seen inside of another post only is known to be a post of its own now: it can be handed to nodes.
  await noteWhole(
    tx,
    raws.filter((row) => row.source !== 'retwist' && !isAdded.has(userpostKey(row))),
  )
  const contested = sorted.filter((row) => !isPlaced.has(userpostKey(row)) && isAdded.has(userpostKey(row)))
  const derived = await deriveUserposts(tx, contested, names, tip)
  return {
    authors: new Set(added.map((key) => key.username)),
    placed: [...placedRows, ...derived.placed],
    replaced: derived.replaced,
  }
}

/** One of each content by each key, a whole one if there is one; what is around the signed bytes does not make another. */
function distinctPosts(readings: readonly UserpostReading[]): StoredUserpost<RawUserpostRow>[] {
  const posts = new Map<string, StoredUserpost<RawUserpostRow>>()
  for (const reading of readings) {
    const id = Buffer.concat([reading.contentHash, reading.keyId]).toString('latin1')
    const known = posts.get(id)
    if (known === undefined || known.row.source === 'retwist')
      posts.set(id, { row: rawUserpostRow(reading), post: reading.post })
  }
  return [...posts.values()]
}

/** Most posts inside of others came before by themselves: then nothing follows from them. */
async function withoutKnownInner<Post extends StoredUserpost<RawUserpostRow>>(
  tx: Transaction,
  posts: readonly Post[],
): Promise<Post[]> {
  const inner = posts.map(({ row }) => row).filter((row) => row.source === 'retwist')
  const isNew = new Set(await newRawUserposts(tx, inner))
  return posts.filter(({ row }) => row.source !== 'retwist' || isNew.has(row))
}

function compareKeys(a: UserpostKey, b: UserpostKey): number {
  return a.username < b.username ? -1 : a.username > b.username ? 1 : a.k - b.k
}

function compareRaw(a: RawUserpostRow, b: RawUserpostRow): number {
  return compareKeys(a, b) || compareBytes(a.contentHash, b.contentHash) || compareBytes(a.keyId, b.keyId)
}
