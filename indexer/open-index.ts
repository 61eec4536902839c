import { setTimeout as delay } from 'node:timers/promises'
import { type Database, isDatabaseAway, type Transaction } from '../db/client.ts'
import { SCHEMA_VERSION } from '../db/schema/version.ts'
import { activateBlocks, insertBlocks, insertPromoted, tipRow } from '../db/writes/block.ts'
import { claimMeta, lockIndex, metaValue } from '../db/writes/meta.ts'
import type { Log } from '../node/log.ts'
import { parseBlock } from '../node/protocol/block.ts'
import { workOf } from '../node/protocol/compact-target.ts'
import type { NetworkParams } from '../node/protocol/params.ts'
import { blockRow, promotedRow } from './block.ts'
import { ConfigError } from './config.ts'
import { DATABASE_ANSWER_MS, DATABASE_RETRY_MS, SCHEMA_WAIT_MS } from './limits.ts'

/** Waits for the database's schema, claims the database for this network, and lays the genesis block. */
export async function openIndex(db: Database, params: NetworkParams, log: Log): Promise<void> {
  await waitForSchema(db, log)
  await db.begin(async (tx) => {
    await lockIndex(tx)
    const network = await claimMeta(tx, 'network', params.name)
    if (network !== params.name) {
      throw new ConfigError(`This database holds the index of network ${network}, not ${params.name}: use another one.`)
    }
    await layGenesis(tx, params)
  })
}

async function waitForSchema(db: Database, log: Log): Promise<void> {
  const deadline = Date.now() + SCHEMA_WAIT_MS
  const answerBy = Date.now() + DATABASE_ANSWER_MS
  for (let isSaid = false; ; isSaid = true) {
    const found = await schemaOf(db, answerBy)
    if (found === SCHEMA_VERSION) return
    if (found !== undefined && found > SCHEMA_VERSION) {
      throw new ConfigError(
        `The database has schema ${found}, this version knows ${SCHEMA_VERSION}: use a newer Windsock.`,
      )
    }
    if (Date.now() > deadline) {
      throw new ConfigError(
        `The database has schema ${found ?? 'none'}, not ${SCHEMA_VERSION}: run node --import tsx db/migrate.ts first.`,
      )
    }
    if (!isSaid) log.info({ found, wanted: SCHEMA_VERSION }, 'waiting for the database to be migrated')
    await delay(DATABASE_RETRY_MS)
  }
}

async function schemaOf(db: Database, answerBy: number): Promise<number | undefined> {
  try {
    const value = await db.begin((tx) => metaValue(tx, 'schema'))
    return value === undefined ? undefined : Number(value)
  } catch (error) {
    // A server that is starting, or recovering after a crash, is there in a moment.
    if (isDatabaseAway(error) && Date.now() < answerBy) {
      await delay(DATABASE_RETRY_MS)
      return schemaOf(db, answerBy)
    }
    if (isDatabaseAway(error)) throw new ConfigError(`The database cannot be reached: ${reasonOf(error)}.`)
    if (error instanceof Error && 'code' in error && error.code === '42P01') return undefined
    if (error instanceof Error) throw new ConfigError(`The database cannot be used: ${error.message}.`)
    throw error
  }
}

export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message || String(error) : String(error)
}

async function layGenesis(tx: Transaction, params: NetworkParams): Promise<void> {
  if ((await tipRow(tx)) !== undefined) return
  const block = parseBlock(params.genesisBlock)
  if (block === undefined) throw new Error("the network's genesis block cannot be parsed")
  const totals = { chainwork: workOf(block.header.bits), cumulativeTxCount: block.transactions.length }
  const provenance = { firstSeen: block.header.time, source: 'local', tipHeight: 0 }
  await insertBlocks(tx, [blockRow(block, provenance, totals)])
  await activateBlocks(tx, [block.header.hash])
  const promoted = promotedRow(block)
  if (promoted !== undefined) await insertPromoted(tx, [promoted])
}
