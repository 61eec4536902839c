import { LRUCache } from 'lru-cache'
import { type Block, type BlockHeader, parseBlock, parseHeader } from '../protocol/block.ts'
import { type Hash256, hash256 } from '../protocol/hash.ts'
import type { HeaderView } from '../protocol/header-view.ts'
import type { NetworkParams } from '../protocol/params.ts'
import type { Store } from '../store/store.ts'
import { HeaderPath } from './header-path.ts'
import { HeaderTree } from './header-tree.ts'
import { MAX_CACHED_HEADERS, MAX_WAITING_BLOCK_BYTES, PARSED_TRANSACTION_BYTES } from './limits.ts'
import { type TipNames, tipNames } from './tip-names.ts'

/** What the parts of the chain share: the tree, its two paths, and the names. */
export interface ChainState {
  readonly params: NetworkParams
  readonly store: Store
  readonly tree: HeaderTree
  /** Blocks that are connected; names and outbox belong to it. */
  readonly active: HeaderPath
  /** The branch of the headers with the most work, which bodies are fetched for. */
  readonly best: HeaderPath
  readonly headerView: HeaderView
  readonly names: TipNames
  /** Blocks whose body waits for an ancestor's, by parent. */
  readonly waiting: Map<number, number[]>
  headerAt(index: number): BlockHeader
  blockAt(index: number): Block
  /** Keeps a stored block at hand that waits for an ancestor. */
  keepWaiting(index: number, block: Block): void
  isClosing(): boolean
}

/** Reads the tree back; a new store gets the genesis block. */
export function loadChainState(store: Store, params: NetworkParams, isClosing: () => boolean): ChainState {
  const tree = new HeaderTree()
  const active = new HeaderPath(tree)
  const best = new HeaderPath(tree)
  if (store.headers.best() === undefined) storeGenesis(store, params)
  loadTree(store, tree)
  const tip = store.headers.best() ?? 0
  if (tip >= tree.size || !tree.isLinked(tip)) throw store.damaged(`block ${tip}, the tip, is not there`)
  active.setTip(tip)
  best.setTip(tree.findBest())
  const headerAt = headerReader(store)
  return {
    params,
    store,
    tree,
    active,
    best,
    headerView: {
      header: (hash) => {
        const index = tree.indexOf(hash)
        return index === undefined ? undefined : headerAt(index)
      },
      ancestorAt: (hash, height) => {
        const index = tree.indexOf(hash)
        const ancestor = index === undefined ? undefined : best.ancestor(index, height)
        return ancestor === undefined ? undefined : headerAt(ancestor)
      },
    },
    names: tipNames(store.names, () => active.height),
    waiting: waitingBodies(tree),
    headerAt,
    ...blockTable(store),
    isClosing,
  }
}

/** Blocks by the number of their header; those that wait for an ancestor are kept parsed, for they are wanted soon. */
function blockTable(store: Store): Pick<ChainState, 'blockAt' | 'keepWaiting'> {
  const waiting = new LRUCache<number, Block>({
    maxSize: MAX_WAITING_BLOCK_BYTES,
    sizeCalculation: ({ sizeBytes, transactions }) => sizeBytes + PARSED_TRANSACTION_BYTES * transactions.length,
  })
  return {
    blockAt: (index) => {
      const kept = waiting.get(index)
      if (kept !== undefined) return kept
      const block = parseBlock(store.blocks.raw(index) ?? new Uint8Array(0))
      if (block === undefined) throw store.damaged(`block ${index} is not there`)
      return block
    },
    keepWaiting: (index, block) => void waiting.set(index, block),
  }
}

function storeGenesis(store: Store, { genesisBlock, genesisHeader, genesisHash }: NetworkParams): void {
  store.write(() => {
    store.headers.put({ index: 0, raw: genesisHeader, hash: genesisHash })
    store.headers.putStatus({ index: 0, isFailed: false, transactionCount: 1 })
    store.blocks.put(0, genesisBlock)
    store.headers.setBest(0)
    const provenance = { source: 'chain', firstSeen: 0, tipHeight: 0 } as const
    store.outboxLog.append([{ kind: 'block-connected', index: 0, height: 0, provenance }])
  })
}

function loadTree(store: Store, tree: HeaderTree): void {
  for (const { index, raw, hash } of store.headers.all()) {
    const { prevHash, bits } = linkFields(raw)
    const parent = index === 0 ? undefined : tree.indexOf(prevHash)
    if (index !== tree.size || (index > 0 && parent === undefined)) throw store.damaged(`header ${index} has no parent`)
    tree.add(hash, parent, bits)
  }
  const failed: number[] = []
  for (const { index, isFailed, transactionCount } of store.headers.statuses()) {
    if (transactionCount > 0) tree.setBody(index)
    if (isFailed) failed.push(index)
  }
  tree.setFailed(failed)
  for (let index = 0; index < tree.size; index++) {
    const parent = tree.parent(index)
    if (tree.hasBody(index) && (parent === undefined || tree.isLinked(parent))) tree.setLinked(index)
  }
}

// Hashing 700 000 headers again would take seconds, so this reads only what the tree is made of.
function linkFields(raw: Uint8Array): { prevHash: Hash256; bits: number } {
  const prevHash = hash256(raw.subarray(8, 40))
  if (prevHash === undefined) throw new Error('a header in the store is damaged')
  return { prevHash, bits: new DataView(raw.buffer, raw.byteOffset, raw.byteLength).getUint32(76, true) }
}

function waitingBodies(tree: HeaderTree): Map<number, number[]> {
  const waiting = new Map<number, number[]>()
  for (let index = 0; index < tree.size; index++) {
    const parent = tree.parent(index)
    if (parent === undefined || !tree.hasBody(index) || tree.isLinked(index)) continue
    waiting.set(parent, [...(waiting.get(parent) ?? []), index])
  }
  return waiting
}

function headerReader(store: Store): (index: number) => BlockHeader {
  const cache = new LRUCache<number, BlockHeader>({ max: MAX_CACHED_HEADERS })
  return (index) => {
    const cached = cache.get(index)
    if (cached !== undefined) return cached
    const header = parseHeader(store.headers.raw(index) ?? new Uint8Array(0))
    if (header === undefined) throw store.damaged(`header ${index} is not there`)
    cache.set(index, header)
    return header
  }
}
