import { type Database, isDatabaseAway, isWriteConflict, type Transaction } from '../db/client.ts'
import { knownBlocks } from '../db/writes/block.ts'
import {
  chainsToCompare,
  forgetCursor,
  forgetReconciliations,
  type NodeChain,
  type ReconciliationRow,
  saveReconciliations,
  tryLockReconciler,
  usersToCompare,
} from '../db/writes/reconciliation.ts'
import type { Log } from '../node/log.ts'
import { ControlFull, type ControlSender } from '../node/outbox/control.ts'
import type { RepairMessage } from '../node/outbox/repair-message.ts'
import type { Clock } from '../node/protocol/clock.ts'
import { parseHash } from '../node/protocol/hash.ts'
import type { CursorSender } from './cursor-sender.ts'
import {
  CHAIN_AGAIN_S,
  CHAIN_EQUAL_S,
  COMPARE_JITTER,
  COMPARE_MAX_S,
  COMPARE_NODES,
  COMPARE_USERS,
  FORGET_EVERY_PASSES,
  NODE_SPOKE_S,
  RECONCILE_EVERY_MS,
} from './limits.ts'
import { repairOf } from './reconcile-user.ts'

interface ReconcilerOptions {
  db: Database
  control: Pick<ControlSender, 'send'>
  cursors: Pick<CursorSender, 'note'>
  clock: Clock
  log: Log
  /** From 0 to 1. */
  random?: () => number
}

/** What one pass compared and found. */
export interface Pass {
  users: number
  repairs: number
  /** Nodes that send all of their outbox again. */
  rewound: string[]
}

/**
 * Compares the index with what its nodes say that they hold, some users at a time, over and over, and has repaired what
 * differs: rows that were lost here are sent again, posts that a node lost are handed back. Every indexer process has one;
 * at any moment one of them is at it.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions
  #timer: NodeJS.Timeout | undefined
  #working: Promise<unknown> = Promise.resolve()
  #isClosed = false
  #passes = 0

  constructor(options: ReconcilerOptions) {
    this.#options = options
  }

  /** Until it is closed. */
  start(): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => {
      this.#working = this.#tryPass().then(() => this.start())
    }, this.#jittered(RECONCILE_EVERY_MS))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#working
  }

  /** One turn; undefined when another reconciler is at work. */
  async pass(): Promise<Pass | undefined> {
    const { db, cursors, log } = this.#options
    const found = await db.begin(async (tx) => {
      if (!(await tryLockReconciler(tx))) return undefined
      if (this.#passes++ % FORGET_EVERY_PASSES === 0) await forgetReconciliations(tx)
      return { rewound: await this.#compareChains(tx), ...(await this.#compareUsers(tx)) }
    })
    if (found === undefined) return undefined
    const { rewound, messages, users } = found
    for (const nodeId of rewound) {
      log.warn({ nodeId }, 'the index lacks blocks that it had written: the node sends everything again')
      cursors.note(nodeId, 0)
    }
    for (const message of messages) await this.#send(message)
    return { users, repairs: messages.length, rewound }
  }

  async #tryPass(): Promise<void> {
    const { log } = this.#options
    try {
      await this.pass()
    } catch (error) {
      // Whoever is away is back at some later pass; what was not sent is found lacking again.
      if (isDatabaseAway(error) || isWriteConflict(error)) log.debug({ err: error }, 'not compared')
      else if (!this.#isClosed) log.error({ err: error }, 'the index could not be compared with its nodes')
    }
  }

  async #compareUsers(tx: Transaction): Promise<{ messages: RepairMessage[]; users: number }> {
    const { now, freshFrom } = this.#moment()
    const compared = await usersToCompare(tx, { now, freshFrom, limit: COMPARE_USERS })
    const messages: RepairMessage[] = []
    const rows: ReconciliationRow[] = []
    for (const one of compared) {
      const { row, message } = await repairOf(tx, one)
      rows.push({ ...row, waitS: this.#jittered(row.waitS) })
      if (message !== undefined) messages.push(message)
    }
    await saveReconciliations(tx, rows, now)
    return { messages, users: compared.length }
  }

  /** A block that was written and is not there: nothing says what else is gone, so all of it comes again. */
  async #compareChains(tx: Transaction): Promise<string[]> {
    const { now, freshFrom } = this.#moment()
    const rewound: string[] = []
    const rows: ReconciliationRow[] = []
    for (const chain of await chainsToCompare(tx, { now, freshFrom, limit: COMPARE_NODES })) {
      const isLacking = await lacksTip(tx, chain)
      const { nodeId, waitS, lackingHere } = chain
      // A report may be older than a batch that is being written: what is lacking is looked at twice.
      const isSure = isLacking && lackingHere > 0
      if (isSure) {
        await forgetCursor(tx, nodeId, now)
        rewound.push(nodeId)
      }
      const nextS = !isLacking ? CHAIN_EQUAL_S : isSure ? Math.min(COMPARE_MAX_S, waitS * 20) : CHAIN_AGAIN_S
      const asked = chain.asked + (isSure ? 1 : 0)
      rows.push({
        nodeId,
        username: '',
        waitS: nextS,
        lackingHere: isLacking ? 1 : 0,
        lackingThere: 0,
        asked,
        given: 0,
      })
    }
    await saveReconciliations(tx, rows, now)
    return rewound
  }

  async #send(message: RepairMessage): Promise<void> {
    const { control, log } = this.#options
    try {
      await control.send(message)
    } catch (error) {
      const reason = error instanceof ControlFull ? 'full' : 'away'
      log.debug({ nodeId: message.nodeId, username: message.username, reason }, 'a repair was not sent')
    }
  }

  #moment(): { now: number; freshFrom: number } {
    const now = this.#options.clock.now()
    return { now, freshFrom: now - NODE_SPOKE_S }
  }

  #jittered(span: number): number {
    const { random = Math.random } = this.#options
    return span * (1 - COMPARE_JITTER + 2 * COMPARE_JITTER * random())
  }
}

/** All that the node had when it spoke is written, and its tip is not there. */
async function lacksTip(tx: Transaction, { json, cursor }: NodeChain): Promise<boolean> {
  const last = memberOf(memberOf(json, 'outbox'), 'last')
  const display = memberOf(memberOf(json, 'chain'), 'hash')
  const hash = typeof display === 'string' ? parseHash(display) : undefined
  if (typeof last !== 'number' || last > cursor || hash === undefined) return false
  return (await knownBlocks(tx, [hash])).length === 0
}

/** The report is the node's word: foreign JSON. */
function memberOf(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, name) ? Reflect.get(json, name) : undefined
}
