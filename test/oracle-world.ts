import fc from 'fast-check'
import type { OutboxItem } from '../node/outbox/item.ts'
import type { Block } from '../node/protocol/block.ts'
import { hashKey } from '../node/protocol/hash.ts'
import type { Transaction } from '../node/protocol/transaction.ts'
import { type Act, acts, itemsOfActs } from './oracle-acts.ts'
import { KEYS, PEOPLE, privateKeyOf } from './oracle-cast.ts'
import { blockItem, genesisBlock, mine, register } from './tiny-chain.ts'

/** A small twister that may have been: its chain with losing branches, and what its people published. */
export interface World {
  blocks: Block[]
  /** The blocks of the best chain alone, in order. */
  best: Block[]
  items: OutboxItem[]
}

interface BlockPlan {
  /** Who registers, or replaces the key, and with which of the own keys. */
  registers: { who: number; key: number }[]
  promoter: number | undefined
  text: string
}

export interface WorldPlan {
  people: number
  trunk: BlockPlan[]
  branches: { from: number; blocks: BlockPlan[] }[]
  acts: Act[]
}

const blockPlan: fc.Arbitrary<BlockPlan> = fc.record({
  registers: fc.array(fc.record({ who: fc.nat(PEOPLE.length - 1), key: fc.nat(KEYS - 1) }), { maxLength: 2 }),
  promoter: fc.option(fc.nat(PEOPLE.length - 1), { nil: undefined, freq: 2 }),
  text: fc.constantFrom('buy this', 'hello #a @bob', 'x', '標語'),
})

export function worldPlan(maxActs: number): fc.Arbitrary<WorldPlan> {
  return fc.record({
    people: fc.integer({ min: 3, max: PEOPLE.length }),
    trunk: fc.array(blockPlan, { minLength: 1, maxLength: 5 }),
    branches: fc.array(fc.record({ from: fc.nat(4), blocks: fc.array(blockPlan, { minLength: 1, maxLength: 6 }) }), {
      maxLength: 2,
    }),
    acts: acts(maxActs),
  })
}

export function worldOf(plan: WorldPlan): World {
  const genesis = genesisBlock()
  const everybody = Array.from({ length: plan.people }, (_, who) => ({ who, key: 0 }))
  const [first, ...rest] = plan.trunk
  const opening: BlockPlan = { promoter: undefined, text: 'x', ...first, registers: everybody.slice(0, -1) }
  const trunk = mineBranch([genesis], [opening, ...rest], 0)
  const tips = [trunk, ...plan.branches.map(({ from, blocks }, i) => mineBranch(rootOf(trunk, from), blocks, i + 1))]
  const longest = Math.max(...tips.map((tip) => tip.length))
  const best = tips.find((tip) => tip.length === longest) ?? trunk
  // Of two branches with the same work the one that came first stays (chain.md 4.1): a world has a longest one.
  if (tips.filter((tip) => tip.length === longest).length > 1) best.push(mined(best, [], 9, undefined))
  const blocks = new Map(tips.flat().map((block) => [hashKey(block.header.hash), block]))
  blocks.delete(hashKey(genesis.header.hash))
  const chain = [...blocks.values()]
  return { blocks: chain, best, items: [...chain.map(blockItem), ...itemsOfActs(plan.acts, best)] }
}

/**
 * Two branches of some `depth`, so that it goes there and back again: one registers some names and replaces keys, the
 * other gives the same names to other keys and knows others.
 */
export function forkedWorld(
  plan: Act[],
  depth: number,
): {
  trunk: Block[]
  short: Block[]
  long: Block[]
  rest: Block[]
  items: OutboxItem[]
} {
  const empty: BlockPlan = { registers: [], promoter: undefined, text: 'x' }
  const empties = Array.from({ length: depth }, () => empty)
  const [alice, bob, carol, dave, e, frank] = [0, 1, 2, 3, 4, 5]
  const register = (...some: [who: number, key: number][]) => ({
    ...empty,
    registers: some.map(([who, key]) => ({ who, key })),
  })
  const trunk = mineBranch([genesisBlock()], [register([alice, 0], [bob, 0])], 0)
  const first = [register([carol, 0], [dave, 0], [alice, 1]), { ...register([bob, 1]), promoter: carol }, ...empties]
  const second = [register([carol, 1], [e, 0]), { ...register([frank, 0]), promoter: e }, ...empties, empty]
  const short = mineBranch(trunk, first, 1)
  const long = mineBranch(trunk, second, 2)
  const rest = mineBranch(short, [empty, empty], 1)
  const items = itemsOfActs(plan, rest)
  return {
    trunk: trunk.slice(1),
    short: short.slice(trunk.length),
    long: long.slice(trunk.length),
    rest: rest.slice(short.length),
    items,
  }
}

/** From genesis to the block on which a branch begins. */
function rootOf(trunk: readonly Block[], from: number): Block[] {
  return trunk.slice(0, 1 + Math.min(from, trunk.length - 1))
}

function mineBranch(root: readonly Block[], plans: readonly BlockPlan[], salt: number): Block[] {
  const branch = [...root]
  const held = new Map<number, number>()
  for (const block of root)
    for (const { who, key } of registeredIn.get(hashKey(block.header.hash)) ?? []) held.set(who, key)
  for (const { registers, promoter, text } of plans) {
    const fresh = [...new Map(registers.map((one) => [one.who, one])).values()].filter(
      ({ who, key }) => held.get(who) !== key,
    )
    const transactions = fresh.map(({ who, key }) => registration(who, key, held.get(who)))
    const key = promoter === undefined ? undefined : held.get(promoter)
    const promotion =
      promoter === undefined || key === undefined
        ? undefined
        : { user: PEOPLE[promoter] ?? '', text, privateKey: privateKeyOf(promoter, key) }
    const block = mined(branch, transactions, salt, promotion)
    registeredIn.set(hashKey(block.header.hash), fresh)
    for (const one of fresh) held.set(one.who, one.key)
    branch.push(block)
  }
  return branch
}

const registeredIn = new Map<string, { who: number; key: number }[]>()
const transactionsMade = new Map<string, Transaction>()
const blocksMined = new Map<string, Block>()

function registration(who: number, key: number, oldKey: number | undefined): Transaction {
  const id = `${who}/${key}/${oldKey}`
  const old = oldKey === undefined ? undefined : privateKeyOf(who, oldKey)
  const made = transactionsMade.get(id) ?? register(PEOPLE[who] ?? '', privateKeyOf(who, key), old)
  transactionsMade.set(id, made)
  return made
}

/** Work takes longest of all: the same block is mined once. */
function mined(
  branch: readonly Block[],
  transactions: readonly Transaction[],
  salt: number,
  promotion: Parameters<typeof mine>[4],
): Block {
  const parent = branch.at(-1) ?? genesisBlock()
  const id = [parent.header.hash, ...transactions.map((tx) => tx.txid)].map(hashKey).join()
  const full = `${id}/${salt}/${promotion?.user}/${promotion?.text}`
  const block = blocksMined.get(full) ?? mine(parent, transactions, salt, undefined, promotion)
  blocksMined.set(full, block)
  return block
}
