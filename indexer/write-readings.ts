import type { Transaction } from '../db/client.ts'
import { type TipRow, tipRow } from '../db/writes/block.ts'
import { dhtOwnersDue, insertRawDhtItems } from '../db/writes/dht-item.ts'
import { notifyChanged } from '../db/writes/meta.ts'
import { takePendingBlocks, takePendingItems } from '../db/writes/pending-item.ts'
import { takeQuarantined } from '../db/writes/quarantine.ts'
import {
  insertRawUserposts,
  type UserpostKey,
  userpostKeysDue,
  userpostKeysOfNames,
} from '../db/writes/raw-userpost.ts'
import { recountUserStates } from '../db/writes/user-state.ts'
import type { NetworkParams } from '../node/protocol/params.ts'
import type { Username } from '../node/protocol/username.ts'
import { ChainStep } from './chain.ts'
import { deriveResources } from './derive-resources.ts'
import { deriveUserposts } from './derive-userposts.ts'
import { rawDhtItemRow } from './dht-item.ts'
import type { HeaderTable } from './header-table.ts'
import { NOTIFIED_NAMES, PENDING_ROUNDS } from './limits.ts'
import { readItem } from './read-item.ts'
import type { BlockReading, DhtReading, Reading, UserpostReading } from './reading.ts'
import { rawUserpostRow } from './userpost.ts'
import { checkKept, SIGNATURE_CODES } from './verdict.ts'
import { Waiting } from './waiting.ts'

export interface WriteContext {
  params: NetworkParams
  headers: HeaderTable
  /** Unix seconds. */
  now: number
}

export interface WriteResult {
  tipHeight: number
  /** How many were refused, by code. */
  refused: ReadonlyMap<string, number>
}

/**
 * Writes what was read and all that follows from it, in the caller's transaction, which holds the index's lock: what is
 * derived depends on the chain, on rivals and on what waits. Any order and repetition of readings ends in the same rows.
 */
export async function writeReadings(
  tx: Transaction,
  readings: readonly Reading[],
  context: WriteContext,
): Promise<WriteResult> {
  const before = await tipRow(tx)
  if (before === undefined) throw new Error('the index has no genesis block')
  context.headers.prune()
  const waiting = new Waiting(tx, context.now)
  const chain = new ChainStep(tx, context.params, context.headers, before)
  for (const reading of readings) if (reading.kind === 'refused') waiting.refuse(reading)
  await writeBlocks(tx, chain, waiting, readings.filter(isBlock), context)
  const hasMoved = chain.tip !== before
  const retried = hasMoved ? await takeRetried(tx, chain, waiting, context) : []
  const all = [...readings, ...retried]
  const values = await writeDhtItems(tx, chain, waiting, all.filter(isDhtItem))
  const due = hasMoved ? await dueKeys(tx, chain, before) : []
  const authors = await writeUserposts(tx, chain, waiting, [...all.filter(isUserpost), ...values.embedded], due)
  const owners = [...values.owners, ...(hasMoved ? await dueOwners(tx, chain, before) : [])]
  await chain.loadNames(owners)
  const followed = await deriveResources(tx, owners, chain.names)
  const counted = [...new Set([...authors, ...owners, ...followed])]
  await recountUserStates(tx, counted)
  await waiting.write()
  if (hasMoved || counted.length > 0) await notifyChanged(tx, notification(chain.tip, hasMoved, counted))
  return { tipHeight: chain.tip.height, refused: waiting.refusedByCode }
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
  const reading = item && readItem(item, context.params)
  return reading === undefined ? [] : [reading]
}

async function writeDhtItems(
  tx: Transaction,
  chain: ChainStep,
  waiting: Waiting,
  readings: readonly DhtReading[],
): Promise<{ owners: Username[]; embedded: UserpostReading[] }> {
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
  const embedded: UserpostReading[] = []
  for (const { embedded: found } of kept) {
    if (found?.kind === 'refused') waiting.refuse(found)
    else if (found !== undefined) embedded.push(found)
  }
  await insertRawDhtItems(tx, kept.map(rawDhtItemRow))
  return { owners: kept.map((reading) => reading.item.sigUser), embedded }
}

/** Answers the authors whose posts may have changed. */
async function writeUserposts(
  tx: Transaction,
  chain: ChainStep,
  waiting: Waiting,
  readings: readonly UserpostReading[],
  due: readonly UserpostKey[],
): Promise<Set<string>> {
  const authors = new Set<string>()
  let kept = await keptUserposts(tx, chain, waiting, readings)
  for (let keys = due; kept.length > 0 || keys.length > 0; keys = []) {
    const inserted = await insertRawUserposts(tx, kept.map(rawUserpostRow))
    const derivation = await deriveUserposts(tx, uniqueKeys([...keys, ...inserted]), chain.names, chain.tip)
    for (const author of derivation.authors) authors.add(author)
    // Posts inside of posts: each is shorter than the one around it, so this ends.
    kept = derivation.inner.filter(({ post, keyId }) => chain.names.hasKeyId(post.userpost.n, keyId))
  }
  return authors
}

async function keptUserposts(
  tx: Transaction,
  chain: ChainStep,
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
  return [...new Map(keys.map((key) => [`${key.username}/${key.k}`, key])).values()]
}

/** The site drops what it keeps of these names, or everything when there are too many to say. */
function notification(tip: TipRow, hasMoved: boolean, names: readonly string[]): object {
  const isMany = names.length > NOTIFIED_NAMES
  return { ...(hasMoved ? { tip: tip.height } : {}), ...(isMany ? { isMany } : { names }) }
}

function isBlock(reading: Reading): reading is BlockReading {
  return reading.kind === 'block'
}

function isDhtItem(reading: Reading): reading is DhtReading {
  return reading.kind === 'dht-item'
}

function isUserpost(reading: Reading): reading is UserpostReading {
  return reading.kind === 'userpost'
}
