import type { Transaction } from '../../db/client.ts'
import type { Change } from '../../db/schema/change.ts'
import { type TipRow, tipRow } from '../../db/writes/block.ts'
import { notifyChanged } from '../../db/writes/change.ts'
import { dhtOwnersDue, insertRawDhtItems } from '../../db/writes/dht-item.ts'
import { lockIndex, lockIndexShared, lockNames } from '../../db/writes/meta.ts'
import { takePendingBlocks, takePendingItems } from '../../db/writes/pending-item.ts'
import { takeQuarantined } from '../../db/writes/quarantine.ts'
import { type UserpostKey, userpostKey, userpostKeysDue, userpostKeysOfNames } from '../../db/writes/raw-userpost.ts'
import { insertStreamDrafts } from '../../db/writes/stream.ts'
import type { NetworkParams } from '../../node/protocol/params.ts'
import type { Username } from '../../node/protocol/username.ts'
import { BlockTimes } from '../chain/block-times.ts'
import { type ChainMove, ChainStep } from '../chain/chain.ts'
import type { ChainView, ChainViews } from '../chain/chain-view.ts'
import type { HeaderTable } from '../chain/header-table.ts'
import { PENDING_ROUNDS } from '../limits.ts'
import { addUserposts } from '../posts/add-userposts.ts'
import { deriveUserposts } from '../posts/derive-userposts.ts'
import { checkKept, SIGNATURE_CODES } from '../posts/verdict.ts'
import { deriveResources, namesOfFollows } from '../resources/derive-resources.ts'
import { rawDhtItemRow } from '../resources/dht-item.ts'
import { draftsOfChain, draftsOfPosts, draftsOfResources } from '../stream/stream-drafts.ts'
import { readItem } from './read-item.ts'
import type { BlockReading, DhtReading, Reading, UserpostReading } from './reading.ts'
import { Waiting } from './waiting.ts'

export interface WriteContext {
  params: NetworkParams
  headers: HeaderTable
  chains: ChainViews
  /** Unix seconds. */
  now: number
}

export interface WriteResult {
  tipHeight: number
  /** How many were refused, by code. */
  refused: ReadonlyMap<string, number>
}

/**
 * Writes what was read and all that follows from it, in the caller's transaction. What moves the chain writes alone; what
 * adds posts and values under the chain as it is writes beside others. Any order, repetition and interleaving of
 * readings ends in the same rows.
 */
export async function writeReadings(
  tx: Transaction,
  readings: readonly Reading[],
  context: WriteContext,
): Promise<WriteResult> {
  const blocks = readings.filter(isBlock)
  const lock = blocks.length > 0 ? lockIndex : lockIndexShared
  const [, before] = await Promise.all([lock(tx), tipRow(tx)])
  if (before === undefined) throw new Error('the index has no genesis block')
  const waiting = new Waiting(tx, context.now)
  for (const reading of readings) if (reading.kind === 'refused') waiting.refuse(reading)
  const moved = blocks.length > 0 ? await moveChain(tx, blocks, waiting, before, context) : undefined
  const chain = moved?.chain ?? context.chains.at(before)
  const all = moved === undefined ? readings : [...readings, ...moved.retried]
  const change = await writeSigned(tx, chain, waiting, all, moved, context.now)
  await waiting.write()
  await notifyChanged(tx, change)
  return { tipHeight: chain.tip.height, refused: waiting.refusedByCode }
}

/** What must be derived again because the chain moved. */
interface Due {
  keys: UserpostKey[]
  owners: Username[]
}

interface Move {
  chain: ChainView
  /** What waited for the chain, or was refused under the one before. */
  retried: Reading[]
  due: Due | undefined
  moves: readonly ChainMove[]
}

async function moveChain(
  tx: Transaction,
  blocks: readonly BlockReading[],
  waiting: Waiting,
  before: TipRow,
  context: WriteContext,
): Promise<Move> {
  context.headers.prune()
  const step = new ChainStep(tx, context.params, context.headers, before)
  await writeBlocks(tx, step, waiting, blocks, context)
  const chain = { tip: step.tip, names: step.names, times: new BlockTimes() }
  if (step.tip === before) return { chain, retried: [], due: undefined, moves: [] }
  const retried = await takeRetried(tx, step, waiting, context)
  const due = { keys: await dueKeys(tx, step, before), owners: await dueOwners(tx, step, before) }
  return { chain, retried, due, moves: step.moves }
}

/**
 * Posts and values, what is derived again, and what the stream tells of it all. Answers of whom something may have
 * changed; which posts and tags is told when they have been counted (counter.ts).
 */
async function writeSigned(
  tx: Transaction,
  chain: ChainView,
  waiting: Waiting,
  readings: readonly Reading[],
  moved: Move | undefined,
  now: number,
): Promise<Partial<Change>> {
  const due = moved?.due
  const values = readings.filter(isDhtItem)
  const posts = readings.filter(isUserpost)
  const shown = posts.flatMap(({ post: { userpost } }) => [userpost.rt?.userpost.n, userpost.fav?.userpost.n])
  const owned = values.map((reading) => reading.item.sigUser)
  await lockNames(
    tx,
    owned,
    shown.filter((name) => name !== undefined),
  )
  const owners = [...new Set([...(await writeDhtItems(tx, chain, waiting, values)), ...(due?.owners ?? [])])]
  const added = await addUserposts(tx, await keptUserposts(tx, chain, waiting, posts), chain)
  const derived = await deriveUserposts(tx, uniqueKeys(due?.keys ?? []), chain.names, chain.tip)
  await chain.names.load(tx, owners)
  const resources = await deriveResources(tx, owners, chain.names)
  await insertStreamDrafts(tx, [
    ...draftsOfChain(moved?.moves ?? [], now),
    ...draftsOfPosts(added, now),
    ...draftsOfPosts(derived, now),
    ...draftsOfResources(resources, now),
  ])
  const derivedAgain = (due?.keys ?? []).map((key) => key.username)
  return { users: [...owners, ...namesOfFollows(resources)], authors: [...added.authors, ...derivedAgain] }
}

/** Stores blocks, and the blocks that waited for them, until none follows. */
async function writeBlocks(
  tx: Transaction,
  chain: ChainStep,
  waiting: Waiting,
  readings: readonly BlockReading[],
  context: WriteContext,
): Promise<void> {
  let next = readings
  for (let round = 0; next.length > 0 && round < PENDING_ROUNDS; round++) {
    const parentsFirst = [...next].sort((a, b) => a.block.header.height - b.block.header.height)
    const { stored, problems } = await chain.addBlocks(parentsFirst)
    for (const { kind, reading, code, detail } of problems) {
      if (kind === 'refuse') waiting.refuseReading(reading, code, detail)
      else waiting.wait(reading, code, undefined, undefined)
    }
    await waiting.writePending()
    const children = stored.length === 0 ? [] : await takePendingBlocks(tx, stored)
    next = children.flatMap((row) => reread(waiting, row, context)).filter(isBlock)
  }
  await chain.finish()
}

/** What waited for a name or a height that is there now, and what was refused under keys that have changed. */
async function takeRetried(
  tx: Transaction,
  chain: ChainStep,
  waiting: Waiting,
  context: WriteContext,
): Promise<Reading[]> {
  const touched = [...chain.touched]
  const pending = await takePendingItems(tx, touched, chain.tip.height)
  const refused = await takeQuarantined(tx, touched, SIGNATURE_CODES)
  return [...pending, ...refused.map((row) => ({ ...row, attempts: 0 }))].flatMap((row) =>
    reread(waiting, row, context),
  )
}

function reread(waiting: Waiting, row: Parameters<Waiting['retry']>[0], context: WriteContext): Reading[] {
  const item = waiting.retry(row)
  return item === undefined ? [] : readItem(item, context.params)
}

/** Answers the owners of values that were not there yet. */
async function writeDhtItems(
  tx: Transaction,
  chain: ChainView,
  waiting: Waiting,
  readings: readonly DhtReading[],
): Promise<Username[]> {
  await chain.names.load(
    tx,
    readings.map((reading) => reading.item.sigUser),
  )
  const kept: DhtReading[] = []
  for (const reading of readings) {
    const { sigUser, height } = reading.item
    const signed = { username: sigUser, height, keyId: reading.keyId }
    const keeping = checkKept(signed, chain.names, { future: 'height-from-future', signature: 'invalid-signature' })
    if (keeping.kind === 'keep') kept.push(reading)
    else if (keeping.kind === 'refuse') waiting.refuseReading(reading, keeping.code)
    else waiting.wait(reading, keeping.code, keeping.username, keeping.waitHeight)
  }
  const inserted = new Set(await insertRawDhtItems(tx, kept.map(rawDhtItemRow)))
  return kept.map((reading) => reading.item.sigUser).filter((owner) => inserted.has(owner))
}

async function keptUserposts(
  tx: Transaction,
  chain: ChainView,
  waiting: Waiting,
  readings: readonly UserpostReading[],
): Promise<UserpostReading[]> {
  await chain.names.load(
    tx,
    readings.map((reading) => reading.post.userpost.n),
  )
  return readings.filter((reading) => {
    const { n, height } = reading.post.userpost
    const signed = { username: n, height, keyId: reading.keyId }
    const keeping = checkKept(signed, chain.names, { future: 'post-from-future', signature: 'bad-userpost-signature' })
    if (keeping.kind === 'refuse') waiting.refuseReading(reading, keeping.code)
    else if (keeping.kind === 'wait') waiting.wait(reading, keeping.code, keeping.username, keeping.waitHeight)
    return keeping.kind === 'keep'
  })
}

async function dueKeys(tx: Transaction, chain: ChainStep, before: TipRow): Promise<UserpostKey[]> {
  const { lowestHeight, tip, touched } = chain
  const due = await userpostKeysDue(tx, lowestHeight, Math.max(before.height, tip.height) + 1)
  return [...due, ...(await userpostKeysOfNames(tx, [...touched]))]
}

async function dueOwners(tx: Transaction, chain: ChainStep, before: TipRow): Promise<Username[]> {
  const { lowestHeight, tip, touched } = chain
  return [...(await dhtOwnersDue(tx, lowestHeight, Math.max(before.height, tip.height) + 1)), ...touched] as Username[]
}

function uniqueKeys(keys: readonly UserpostKey[]): UserpostKey[] {
  return [...new Map(keys.map((key) => [userpostKey(key), key])).values()]
}

/** The site drops what it keeps of these names, or everything when there are too many to say. */
function isBlock(reading: Reading): reading is BlockReading {
  return reading.kind === 'block'
}

function isDhtItem(reading: Reading): reading is DhtReading {
  return reading.kind === 'dht-item'
}

function isUserpost(reading: Reading): reading is UserpostReading {
  return reading.kind === 'userpost'
}
