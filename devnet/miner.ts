import { mine } from '../node/chain/block-template.ts'
import type { Chain } from '../node/chain/chain.ts'
import type { Log } from '../node/log.ts'
import { type Block, buildBlock } from '../node/protocol/block.ts'
import type { Clock } from '../node/protocol/clock.ts'
import { RETARGET_INTERVAL } from '../node/protocol/compact-target.ts'
import type { NetworkParams } from '../node/protocol/params.ts'
import { messageDigest, publicKeyOf, signDigest } from '../node/protocol/signature.ts'
import { buildPromoted, promotedScript, solveRegistration, type Transaction } from '../node/protocol/transaction.ts'
import { parseUsername } from '../node/protocol/username.ts'
import { diceOf, privateKeyOf } from './seed.ts'
import {
  type BlockPlan,
  keyGeneration,
  OPENING_BLOCK_SECONDS,
  openingBlocks,
  promotedAt,
  type Registration,
} from './story.ts'

/** A young network gets a block as often as this. */
const BLOCK_MS = 5000

export interface MinerOptions {
  readonly seed: string
  readonly chain: Chain
  readonly params: NetworkParams
  readonly clock: Clock
  readonly log: Log
}

export interface Miner {
  /** All blocks of the opening history at once, as if mined since `start` (Unix seconds). Does nothing if they exist. */
  mineOpening(start: number): Promise<void>
  /** One block now, with the registrations that wait. */
  mineBlock(): Promise<void>
  /** One block after the other until closed. */
  start(): void
  close(): Promise<void>
}

export function openMiner({ seed, chain, params, clock, log }: MinerOptions): Miner {
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let underway: Promise<void> = Promise.resolve()

  async function mineOpening(start: number): Promise<void> {
    if (chain.tip.height > 0) return
    const verdicts = await chain.acceptBlocks(openingChain(seed, chain, params, start), { source: 'local' })
    const refused = verdicts.findIndex((verdict) => verdict.kind !== 'accept')
    if (refused !== -1) throw new Error(`block ${refused + 1} of the opening: ${JSON.stringify(verdicts[refused])}`)
  }

  async function mineBlock(): Promise<void> {
    const promoted = promotedTransaction(seed, promotedAt(chain.tip.height + 1), chain.tip.height + 1)
    const block = await mine(chain.buildTemplate({ promoted, now: clock.now() }), stop.signal)
    if (block === undefined) return
    const verdict = await chain.acceptBlock(block, { source: 'local' })
    if (verdict.kind !== 'accept') log.warn({ verdict, height: block.header.height }, 'own block was refused')
  }

  function schedule(): void {
    if (stop.signal.aborted) return
    timer = setTimeout(() => {
      underway = mineBlock()
        .catch((error: unknown) => log.warn({ err: error }, 'mining failed'))
        .then(schedule)
    }, pauseMs(chain.tip.height))
  }

  return {
    mineOpening,
    mineBlock,
    start: schedule,
    close: async () => {
      stop.abort()
      clearTimeout(timer)
      await underway
    },
  }
}

/**
 * Regtest retargets too (chain.md 3.6), and makes blocks four times harder whenever 2016 of them came too fast: the
 * pause grows along, so that a network that runs for days does not end up burning the machine's time.
 */
function pauseMs(height: number): number {
  return Math.min(BLOCK_MS * 4 ** Math.floor(height / RETARGET_INTERVAL), 600_000)
}

function openingChain(seed: string, chain: Chain, params: NetworkParams, start: number): Block[] {
  const genesis = chain.headerView.header(params.genesisHash)
  if (genesis === undefined) throw new Error('the chain has no genesis')
  const blocks: Block[] = []
  for (const plan of openingBlocks()) {
    const block = buildBlock({
      prev: blocks.at(-1)?.header ?? genesis,
      txs: transactionsOf(seed, plan, params),
      time: Math.floor(start + plan.height * OPENING_BLOCK_SECONDS),
      bits: genesis.bits,
    })
    blocks.push(block)
  }
  return blocks
}

function transactionsOf(seed: string, plan: BlockPlan, params: NetworkParams): Transaction[] {
  const registrations = plan.registrations.map((registration) => registrationOf(seed, registration, params))
  return [promotedTransaction(seed, plan.promoted, plan.height), ...registrations]
}

/** A registration, or with a later generation the replacement of the key before it. */
export function registrationOf(seed: string, { name, generation }: Registration, params: NetworkParams): Transaction {
  const username = parseUsername(name)
  if (username === undefined) throw new Error(`${name} is not a username`)
  const publicKey = publicKeyOf(privateKeyOf(seed, name, generation))
  // "p0 = new compressed key, p1 = createSignature(p0 bytes, old key)" (chain.md 3.8)
  const oldPrivateKeySignature =
    generation === 0 ? undefined : signDigest(messageDigest(publicKey), privateKeyOf(seed, name, generation - 1))
  const solved = solveRegistration({ username, publicKey, oldPrivateKeySignature }, params.txBits)
  if (solved === undefined) throw new Error(`no nonce for ${name}`)
  return solved
}

function promotedTransaction(seed: string, { user, text }: BlockPlan['promoted'], height: number): Transaction {
  const key = privateKeyOf(seed, user, keyGeneration(user, height - 1))
  return buildPromoted({
    user,
    text,
    signature: user === 'nobody' ? undefined : signDigest(messageDigest(promotedScript(text)), key),
    salt: diceOf(seed, 'salt').bytes(4),
    extraNonce: height,
  })
}
