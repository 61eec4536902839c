import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../log.ts'
import { formatHash } from '../protocol/hash.ts'
import type { NetworkParams } from '../protocol/params.ts'
import { type Addresses, openAddresses } from './addresses.ts'
import { type Blocks, openBlocks } from './blocks.ts'
import { type Contacts, openContacts } from './contacts.ts'
import { type Database, openDatabase } from './database.ts'
import { repairDatabaseFile } from './database-file.ts'
import { DamagedFile } from './database-pages.ts'
import { type DhtItems, openDhtItems } from './dht-items.ts'
import { lockFolder } from './folder-lock.ts'
import { type Follows, openFollows } from './follows.ts'
import { type Headers, openHeaders } from './headers.ts'
import { type Meta, openMeta } from './meta.ts'
import { type Names, openNames } from './names.ts'
import { type Outbox, openOutbox } from './outbox.ts'
import { type OutboxLog, openOutboxLog } from './outbox-log.ts'
import { openPosts, type Posts } from './posts.ts'
import { openRefreshes, type Refreshes } from './refreshes.ts'

/** Changes when what lies on disk changes its meaning. */
const FORMAT = '1'
/** LMDB's name for it. */
const DATA_FILE = 'data.mdb'
/** A file that is there while a process has the folder open, and after it was killed. */
const IN_USE = 'in-use'

export interface StoreOptions {
  /** A folder; made if it is not there. */
  readonly path: string
  readonly params: Pick<NetworkParams, 'name' | 'genesisHash'>
  readonly log: Log
}

/** Everything the node keeps on disk. Only one process may have a folder open. */
export interface Store {
  /** One transaction, on disk on return; writes of the groups inside it join it. Batch with it. */
  write<T>(change: () => T): T
  onAbort(listener: () => void): void
  readonly meta: Meta
  readonly headers: Headers
  readonly blocks: Blocks
  readonly names: Names
  readonly posts: Posts
  readonly dhtItems: DhtItems
  readonly contacts: Contacts
  readonly addresses: Addresses
  readonly follows: Follows
  readonly refreshes: Refreshes
  readonly outboxLog: OutboxLog
  readonly outbox: Outbox
  /** The error to throw when something cannot be as it was written. */
  damaged(where: string): StoreError
  close(): Promise<void>
}

/** The folder cannot be used; the message is one sentence for the operator. */
export class StoreError extends Error {}

/** Throws StoreError if the folder is in use, is damaged, or belongs to another network or another format of this store. */
export async function openStore({ path, params, log }: StoreOptions): Promise<Store> {
  const database = await openFolder(path, log)
  const meta = openMeta(database)
  try {
    const nodeId = claimFolder(database, meta, path, params)
    log.debug({ path, nodeId }, 'store is open')
    return openGroups(database, meta, nodeId, path)
  } catch (error) {
    await database.close()
    throw error
  }
}

/** What a data folder holds that cannot be read; the message is one sentence for the operator. */
function damagedFolder(path: string, where: string): StoreError {
  const remedy = 'Put a copy of it in its place, or remove it: the node then fetches everything again.'
  return new StoreError(`The data folder ${path} is damaged: ${where}. ${remedy}`)
}

/** A database that holds the folder's lock until it is closed. */
async function openFolder(path: string, log: Log): Promise<Database> {
  try {
    mkdirSync(path, { recursive: true })
    const lock = await lockFolder(path)
    if ('pid' in lock) throw new StoreError(`The data folder ${path} is in use by process ${lock.pid}.`)
    const inUse = join(path, IN_USE)
    // Whoever did not close it may have died of what is in it.
    const { isRepaired } = repairDatabaseFile(join(path, DATA_FILE), existsSync(inUse))
    if (isRepaired) log.warn({ path }, 'the last write was torn: the store is as it was before it')
    writeFileSync(inUse, '')
    const database = openDatabase(path)
    const close = async () => {
      await database.close()
      rmSync(inUse, { force: true })
      await lock.release()
    }
    let closing: Promise<void> | undefined
    return {
      ...database,
      close: () => {
        closing ??= close()
        return closing
      },
    }
  } catch (error) {
    if (error instanceof StoreError) throw error
    if (error instanceof DamagedFile) throw damagedFolder(path, `${DATA_FILE}, ${error.message}`)
    throw new StoreError(`The data folder ${path} cannot be opened: ${error instanceof Error ? error.message : error}`)
  }
}

function openGroups(database: Database, meta: Meta, nodeId: string, path: string): Store {
  const outboxLog = openOutboxLog(database)
  const headers = openHeaders(database, meta)
  const blocks = openBlocks(database)
  const posts = openPosts(database, outboxLog)
  const dhtItems = openDhtItems(database, outboxLog)
  return {
    write: database.write,
    onAbort: database.onAbort,
    meta,
    headers,
    blocks,
    names: openNames(database),
    posts,
    dhtItems,
    contacts: openContacts(database),
    addresses: openAddresses(database),
    follows: openFollows(database),
    refreshes: openRefreshes(database),
    outboxLog,
    outbox: openOutbox(database, outboxLog, { headers, blocks, posts, dhtItems }, nodeId),
    damaged: (where) => damagedFolder(path, where),
    close: database.close,
  }
}

function claimFolder(database: Database, meta: Meta, path: string, params: StoreOptions['params']): string {
  const claim = { format: FORMAT, network: params.name, genesis: formatHash(params.genesisHash) }
  const nodeId = meta.get('node-id')
  if (nodeId === undefined) {
    const newId = randomUUID()
    database.write(() => {
      for (const [name, value] of Object.entries(claim)) meta.set(name, value)
      meta.set('node-id', newId)
    })
    return newId
  }
  const network = meta.get('network')
  if (network !== claim.network || meta.get('genesis') !== claim.genesis) {
    throw new StoreError(`The data folder ${path} belongs to the network "${network}", not to "${claim.network}".`)
  }
  if (meta.get('format') !== FORMAT) {
    throw new StoreError(`The data folder ${path} was made by another version (format ${meta.get('format')}).`)
  }
  return nodeId
}
