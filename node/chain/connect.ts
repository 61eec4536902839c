import type { Block } from '../protocol/block.ts'
import { checkBlockInContext } from '../protocol/rules/check-block.ts'
import { accept, type Verdict } from '../protocol/verdict.ts'
import type { Source } from '../store/provenance.ts'
import { blockRegistrations, branchNames } from './branch-names.ts'
import type { ChainState } from './chain-state.ts'

export interface TipChange {
  readonly disconnected: readonly Block[]
  readonly connected: readonly Block[]
}

export interface Arrival {
  readonly firstSeen: number
  readonly source: Source
}

/**
 * Moves the connected chain to `target`, whose bodies are all stored. The whole branch is judged first, so a failing
 * block leaves the chain as it was; it is marked failed for good ("If a block fails 3.7 it is marked failed
 * permanently", chain.md 4.1). Call inside a store write, at whose end the new tip is stored.
 */
export function moveTip(
  state: ChainState,
  target: number,
  bodyAt: (index: number) => Block,
  arrival: Arrival,
): { verdict: Verdict; change?: TipChange } {
  const fork = state.active.fork(target)
  const path = pathUp(state, fork, target)
  const view = branchNames(state.names, state.tree.height(fork))
  const connected: Block[] = []
  for (const index of path) {
    const block = bodyAt(index)
    const verdict = checkBlockInContext(block, view, state.params)
    if (verdict.kind !== 'accept') {
      failBlock(state, index, block.transactions.length)
      return { verdict }
    }
    view.connect(block)
    connected.push(block)
  }
  const undone = pathUp(state, fork, state.active.tip).reverse()
  const disconnected = undone.map((index) => disconnectBlock(state, index))
  path.forEach((index, position) => {
    const block = connected[position]
    if (block !== undefined) connectBlock(state, index, block, arrival)
  })
  state.active.setTip(target)
  return { verdict: accept, change: { disconnected, connected } }
}

/** Marks a block as never to be connected, on disk too; `transactionCount` is 0 if its body is not stored. */
export function failBlock(state: ChainState, index: number, transactionCount: number): void {
  const { tree, best, store } = state
  tree.setFailed([index])
  store.headers.putStatus({ index, isFailed: true, transactionCount })
  if (tree.isFailed(best.tip)) best.setTip(tree.findBest())
}

function connectBlock({ store, names, tree }: ChainState, index: number, block: Block, arrival: Arrival): void {
  const height = tree.height(index)
  for (const [name, record] of blockRegistrations(block, height)) {
    store.names.put(name, record)
    names.forget(name)
  }
  const provenance = { ...arrival, tipHeight: height }
  store.outboxLog.append([{ kind: 'block-connected', index, height, provenance }])
}

function disconnectBlock({ store, names, tree, blockAt }: ChainState, index: number): Block {
  const block = blockAt(index)
  const height = tree.height(index)
  for (const [name] of blockRegistrations(block, height)) {
    store.names.removeAt(name, height)
    names.forget(name)
  }
  store.outboxLog.append([{ kind: 'block-disconnected', index, height }])
  return block
}

/** Headers above `fork` up to `target`, lowest first. */
function pathUp({ tree }: ChainState, fork: number, target: number): number[] {
  const path: number[] = []
  for (let step: number | undefined = target; step !== undefined && step !== fork; step = tree.parent(step)) {
    path.push(step)
  }
  return path.reverse()
}
