import { setTimeout as delay } from 'node:timers/promises'
import { type Database, isDatabaseAway, type Transaction } from '../db/client.ts'
import { SCHEMA_VERSION } from '../db/schema/version.ts'
import { activateBlocks, insertBlocks, insertPromoted, tipRow } from '../db/writes/block.ts'
import { claimMeta, lockIndex, metaValue } from '../db/writes/meta.ts'
import type { Log } from '../node/log.ts'
import { parseBlock } from '../node/protocol/block.ts'
import { workOf } from '../node/protocol/compact-target.ts'
import type { NetworkParams } from '../node/protocol/params.ts'
import { blockRow, promotedRow } from './chain/block.ts'
import { ConfigError } from './config.ts'
import { DATABASE_ANSWER_MS, DATABASE_RETRY_MS, SCHEMA_WAIT_MS } from './limits.ts'

/** Waits for the database's schema, claims the database for this network, and lays the genesis block. */
export async function openIndex(db: Database, params: NetworkParams, log: Log): Promise<void> {
  const startedAt = Date.now()
  for (let said = ''; ; ) {
    const waitedMs = Date.now() - startedAt
    const problem = await tryToOpen(db, params)
    if (problem === undefined) return
    if (waitedMs > problem.patienceMs) throw new ConfigError(problem.sentence)
    if (problem.sentence !== said) log.info({ reason: problem.sentence }, 'waiting for the database')
    said = problem.sentence
    await delay(DATABASE_RETRY_MS)
  }
}

interface Problem {
  sentence: string
  patienceMs: number
}

async function tryToOpen(db: Database, params: NetworkParams): Promise<Problem | undefined> {
  try {
    return await db.begin(async (tx) => {
      const found = Number((await metaValue(tx, 'schema')) ?? 0)
      if (found !== SCHEMA_VERSION) return wrongSchema(found)
      await lockIndex(tx)
      const network = await claimMeta(tx, 'network', params.name)
      if (network !== params.name) {
        const sentence = `This database holds the index of network ${network}, not ${params.name}: use another one.`
        return { sentence, patienceMs: 0 }
      }
      await layGenesis(tx, params)
      return undefined
    })
  } catch (error) {
    if (codeOf(error) === UNDEFINED_TABLE) return wrongSchema(0)
    // A server that is starting, or recovering after a crash, is there in a moment.
    const isStarting = /^57P0/.test(codeOf(error))
    const patienceMs = isStarting ? SCHEMA_WAIT_MS : isDatabaseAway(error) ? DATABASE_ANSWER_MS : 0
    const verb = isDatabaseAway(error) ? 'reached' : 'used'
    return { sentence: `The database cannot be ${verb}: ${reasonOf(error)}.`, patienceMs }
  }
}

function wrongSchema(found: number): Problem {
  if (found > SCHEMA_VERSION) {
    const sentence = `The database has schema ${found}, this version knows ${SCHEMA_VERSION}: use a newer Windsock.`
    return { sentence, patienceMs: 0 }
  }
  const sentence = `The database has schema ${found}, not ${SCHEMA_VERSION}: run node --import tsx db/migrate.ts first.`
  return { sentence, patienceMs: SCHEMA_WAIT_MS }
}

const UNDEFINED_TABLE = '42P01'

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
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
