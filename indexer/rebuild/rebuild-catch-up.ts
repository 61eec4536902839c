import type { Transaction } from '../../db/client.ts'
import { dhtOwnersDue } from '../../db/writes/dht-item.ts'
import { lockIndex } from '../../db/writes/meta.ts'
import { type UserpostKey, userpostKeysDue, userpostKeysOfNames } from '../../db/writes/raw-userpost.ts'
import { takeNotedOwners, takeNotedUserposts } from '../../db/writes/rebuild-tables.ts'
import { deriveNames } from '../../db/writes/registration.ts'
import { bytesEqual } from '../../node/protocol/bytes.ts'
import { parseUsername } from '../../node/protocol/username.ts'
import { NameTable } from '../chain/name-table.ts'
import { CATCH_UP_OWNERS, CATCH_UP_USERPOSTS } from '../limits.ts'
import { deriveUserposts } from '../posts/derive-userposts.ts'
import { deriveResources } from '../resources/derive-resources.ts'
import { type ReplayedChain, replayChain } from './rebuild-chain.ts'
import type { RebuildRun } from './rebuild-run.ts'

interface Round {
  chain: ReplayedChain
  taken: number
}

/**
 * Derives in the rebuilt tables what was written meanwhile, until little is left. A round holds the index's lock, so
 * writers come in between and not at once: however much they write, this ends.
 */
export async function catchUp(run: RebuildRun, chain: ReplayedChain): Promise<ReplayedChain> {
  let done = 0
  for (let at = chain; ; ) {
    const round = await run.write(async (tx) => {
      await lockIndex(tx)
      return catchUpSome(tx, at)
    })
    at = round.chain
    done += round.taken
    run.say('catching up', done)
    if (round.taken < CATCH_UP_USERPOSTS / 2) return at
  }
}

/** All of it, in a transaction of the rebuilt tables that holds the index's lock. */
export async function catchUpIn(tx: Transaction, chain: ReplayedChain): Promise<ReplayedChain> {
  for (let at = chain; ; ) {
    const round = await catchUpSome(tx, at)
    if (round.taken === 0) return round.chain
    at = round.chain
  }
}

/** The chain first, as the writer does: then what depends on it, and what came. */
async function catchUpSome(tx: Transaction, before: ReplayedChain): Promise<Round> {
  const { chain, touched, lowestHeight } = await replayChain(
    tx,
    (work) => work(tx),
    before,
    () => undefined,
  )
  const hasMoved = !bytesEqual(chain.tip.hash, before.tip.hash)
  const names = [...touched]
  const highest = Math.max(before.tip.height, chain.tip.height) + 1
  const keys: UserpostKey[] = await takeNotedUserposts(tx, CATCH_UP_USERPOSTS)
  const owners = await takeNotedOwners(tx, CATCH_UP_OWNERS)
  const taken = keys.length + owners.length
  if (hasMoved) {
    await deriveNames(tx, names)
    keys.push(...(await userpostKeysDue(tx, lowestHeight, highest)), ...(await userpostKeysOfNames(tx, names)))
    owners.push(...(await dhtOwnersDue(tx, lowestHeight, highest)), ...names)
  }
  const known = new NameTable(chain.tip.height)
  await deriveUserposts(tx, uniqueKeys(keys), known, chain.tip)
  const usernames = [...new Set(owners)].flatMap((owner) => parseUsername(owner) ?? [])
  await known.load(tx, usernames)
  await deriveResources(tx, usernames, known)
  return { chain, taken }
}

function uniqueKeys(keys: readonly UserpostKey[]): UserpostKey[] {
  return [...new Map(keys.map((key) => [`${key.username}/${key.k}`, key])).values()]
}
