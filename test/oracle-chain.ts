import { type Block, parseBlock } from '../node/protocol/block.ts'
import { bytesEqual } from '../node/protocol/bytes.ts'
import { workOf } from '../node/protocol/compact-target.ts'
import { hashKey } from '../node/protocol/hash.ts'
import type { NameRecord, NameView } from '../node/protocol/name-view.ts'
import { promotedMessage, registrationKey, transactionUsername } from '../node/protocol/transaction.ts'
import type { Username } from '../node/protocol/username.ts'

/** One registration, replacement or re-inclusion, with what pages say of it. */
export interface OracleRecord extends NameRecord {
  kind: 'registration' | 'replacement' | 'reinclusion'
  uid: number
  time: number
  publicKey: Uint8Array | undefined
}

export interface OraclePromoted {
  height: number
  block: Block
  n: string
  msg: string
  isSigned: boolean
}

/** The best chain of a set of valid blocks, and all that follows from it alone. */
export interface OracleChain {
  /** By height, genesis first. */
  blocks: Block[]
  tip: Block
  view: NameView
  histories: Map<Username, OracleRecord[]>
  promoted: OraclePromoted[]
  /** Every block given, of losing branches too. */
  all: Map<string, Block>
}

/** Blocks are "valid by construction": of those that reach down to genesis, the branch with the most work counts. */
export function oracleChain(genesis: Uint8Array, raws: readonly Uint8Array[]): OracleChain {
  const all = new Map<string, Block>()
  for (const raw of [genesis, ...raws]) {
    const block = parsed(raw)
    all.set(hashKey(block.header.hash), block)
  }
  const genesisKey = hashKey(parsed(genesis).header.hash)
  let blocks: Block[] = []
  let most = -1n
  for (const tip of all.values()) {
    const branch = branchOf(tip, all)
    if (branch[0] === undefined || hashKey(branch[0].header.hash) !== genesisKey) continue
    const work = branch.reduce((sum, block) => sum + workOf(block.header.bits), 0n)
    if (work > most) [blocks, most] = [branch, work]
  }
  const tip = blocks.at(-1)
  if (tip === undefined) throw new Error('a chain without genesis')
  const histories = historiesOf(blocks)
  const view = { tipHeight: blocks.length - 1, history: (name: Username) => histories.get(name) ?? [] }
  return { blocks, tip, view, histories, promoted: blocks.flatMap(promotedIn), all }
}

/** From the lowest ancestor that is known up to the block. */
function branchOf(tip: Block, all: ReadonlyMap<string, Block>): Block[] {
  const branch: Block[] = []
  for (let block: Block | undefined = tip; block !== undefined; block = all.get(hashKey(block.header.prevHash))) {
    branch.push(block)
  }
  return branch.reverse()
}

function historiesOf(blocks: readonly Block[]): Map<Username, OracleRecord[]> {
  const histories = new Map<Username, OracleRecord[]>()
  // "index of the registration among all transactions of the active chain, … starting with genesis = 0" (chain.md 8.5)
  let uid = 0
  for (const { header, transactions } of blocks) {
    for (const [index, tx] of transactions.entries()) {
      const name = index === 0 ? undefined : transactionUsername(tx)
      if (name !== undefined) {
        const records = histories.get(name) ?? []
        const before = records.at(-1)
        const isSame = before !== undefined && bytesEqual(before.txid, tx.txid)
        records.push({
          height: header.height,
          blockHash: header.hash,
          txid: tx.txid,
          pubKeyScript: tx.pubKey,
          index,
          kind: before === undefined ? 'registration' : isSame ? 'reinclusion' : 'replacement',
          uid,
          time: header.time,
          publicKey: registrationKey(tx.pubKey),
        })
        histories.set(name, records)
      }
      uid += 1
    }
  }
  return histories
}

function promotedIn(block: Block): OraclePromoted[] {
  const [first] = block.transactions
  const message = first && promotedMessage(first)
  if (message === undefined) return []
  const { user, text, signature } = message
  // "nobody if unsigned, else signed with that user's key" (dht-swarm-posts.md 5.8)
  const isSigned = user !== 'nobody' && signature !== undefined
  return [{ height: block.header.height, block, n: user, msg: text, isSigned }]
}

function parsed(raw: Uint8Array): Block {
  const block = parseBlock(raw)
  if (block === undefined) throw new Error('not a block')
  return block
}
