import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openTestServer } from '../node/peers/test-peer.ts'
import { encodeHeaders } from '../node/protocol/messages/headers.ts'
import { CHAIN_PARAMS as params } from './chain-file.ts'
import { rounded, startChild } from './child.ts'
import type { NodeBenchOptions, Progress } from './measure.ts'
import { makeScaleStore } from './scale-store.ts'

export const SCALE_BLOCKS = 700_000
/** To hold the figures to. */
const TARGETS = { rss_anon_mb: 400, synced_s: 10 }

export interface ScaleFigures {
  height: number
  headers_hashed: number
  store_open_s: number
  chain_open_s: number
  synced_s: number
  rss_anon_mb: number
  rss_anon_peak_mb: number
  name_lookup_us: number
}

/** A node starts on a store of 700 000 blocks and as many names, and finds that its peer has nothing more. */
export async function measureScale(
  { folder, cache }: NodeBenchOptions,
  progress: Progress,
): Promise<ScaleFigures & { store_mb: number; target: typeof TARGETS }> {
  const path = join(cache ?? folder, `scale-${SCALE_BLOCKS}`)
  mkdirSync(path, { recursive: true })
  await makeScaleStore(path, SCALE_BLOCKS, progress)
  const peer = await openTestServer(params, SCALE_BLOCKS, (each, { command }) => {
    if (command === 'getheaders') each.send('headers', encodeHeaders([]))
  })
  progress('scale: a node starts on the store')
  const node = startChild('scale-open-process.ts', [path, String(peer.port), String(SCALE_BLOCKS)])
  try {
    const figures = (await node.said()) as ScaleFigures
    return { ...figures, store_mb: rounded(statSync(join(path, 'data.mdb')).size / 1e6, 0), target: TARGETS }
  } finally {
    await node.end()
    peer.close()
  }
}
