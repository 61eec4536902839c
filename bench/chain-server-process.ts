import pino from 'pino'
import { type Chain, openChain } from '../node/chain/chain.ts'
import { openPeers } from '../node/peers/peers.ts'
import type { Block } from '../node/protocol/block.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { openStore } from '../node/store/store.ts'
import { chainFileBlocks, CHAIN_PARAMS as params } from './chain-file.ts'
import { answerParent, say, startMeasuring } from './child.ts'

// The peer that is synced from: a node of ours that has read a chain from a file. Arguments: its folder, the chain file.

const BLOCKS_AT_ONCE = 2000

async function importChain(chain: Chain, path: string): Promise<number> {
  let batch: Block[] = []
  let imported = 0
  const take = async (): Promise<void> => {
    const verdicts = await chain.acceptBlocks(batch)
    if (verdicts.some(({ kind }) => kind !== 'accept')) throw new Error('the chain file holds a bad block')
    imported += batch.length
    batch = []
  }
  for (const block of chainFileBlocks(path)) {
    if (chain.isConnected(block.header.hash)) continue
    batch.push(block)
    if (batch.length === BLOCKS_AT_ONCE) await take()
  }
  if (batch.length > 0) await take()
  return imported
}

const [folder = '', chainFile = ''] = process.argv.slice(2)
const log = pino({ level: 'warn' }, process.stderr)
const store = await openStore({ path: folder, params, log })
const chain = await openChain({ store, params, clock: systemClock, log })
const sinceStart = startMeasuring()
const imported = await importChain(chain, chainFile)
const importUsage = sinceStart()
const peers = await openPeers({
  chain,
  params,
  addresses: store.addresses,
  clock: systemClock,
  log,
  bind: '127.0.0.1',
  port: 0,
  connect: [],
  exclusive: true,
  userAgent: '/bench:1/',
})
const sinceOpen = startMeasuring()
answerParent(sinceOpen)
say({ port: peers.port, imported, usage: importUsage })
