import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { scryptHashAside } from '../node/protocol/hash.ts'
import { openStore } from '../node/store/store.ts'
import { chainFileBlocks, makeChainFile, CHAIN_PARAMS as params } from './chain-file.ts'
import { type Child, rounded, startChild, startMeasuring, type Usage } from './child.ts'
import type { NodeBenchOptions, Progress } from './measure.ts'

const REPORT_MS = 5000
/** Hashes that are timed for the bound, and how many are under way at once. */
const BOUND_HASHES = 6000
const BOUND_AT_ONCE = 32
/** Blocks of one transaction of the bound: few, as large as they come. */
const BOUND_BLOCKS_PER_WRITE = 1000

interface Imported {
  port: number
  imported: number
  usage: Usage
}

interface Synced {
  usage: Usage
  rss_anon_peak_mb: number
}

/**
 * A node with nothing syncs a chain from one other on this machine, both processes of their own; every block verified
 * and on disk. What bounds it: the scrypt hashes that all processors can do, of which each header needs one, and writing
 * the same bytes to the same kind of store.
 */
export async function measureSync({ blocks, folder, cache }: NodeBenchOptions, progress: Progress): Promise<object> {
  const made = cache ?? folder
  mkdirSync(folder, { recursive: true })
  const chainFile = join(made, `chain-${blocks}`)
  await makeChainFile(chainFile, blocks, progress)
  const bound = {
    scrypt_headers_per_s: await scryptPerSecond(),
    lmdb_append_blocks_per_s: await appendPerSecond(join(folder, 'bound'), chainFile),
  }
  progress('sync: the peer reads the chain from its file')
  const server = startChild('chain-server-process.ts', [join(made, `server-${blocks}`), chainFile])
  const { port, imported, usage: importUsage } = (await server.said()) as Imported
  progress(`sync: the peer has read ${imported} blocks in ${importUsage.seconds} s`)
  const client = startChild('sync-client-process.ts', [join(folder, 'client'), String(port), String(blocks)])
  const synced = await watch(client, progress)
  server.ask()
  const served = (await server.said()) as Usage
  await client.end()
  await server.end()
  const { usage } = synced
  return {
    blocks,
    blocks_per_s: rounded(blocks / usage.seconds, 0),
    seconds: usage.seconds,
    cpu_s: rounded(usage.cpu_user_s + usage.cpu_sys_s),
    cpu_user_s: usage.cpu_user_s,
    cpu_sys_s: usage.cpu_sys_s,
    rss_anon_mb: synced.rss_anon_peak_mb,
    server: { cpu_user_s: served.cpu_user_s, cpu_sys_s: served.cpu_sys_s },
    import_from_file:
      imported === 0 ? 'made before' : { blocks_per_s: rounded(imported / importUsage.seconds, 0), ...importUsage },
    bound,
  }
}

/** Says how far it is, until it is done. */
async function watch(client: Child, progress: Progress): Promise<Synced> {
  const asking = setInterval(() => client.ask(), REPORT_MS)
  try {
    for (;;) {
      const message = (await client.said()) as Synced & { done?: boolean; height?: number; headers?: number }
      if (message.done === true) return message
      progress(`sync: ${message.height} blocks, ${message.headers} headers`)
    }
  } finally {
    clearInterval(asking)
  }
}

/** Headers whose work all processors together can check in a second. */
async function scryptPerSecond(): Promise<number> {
  const header = params.genesisHeader
  const seconds = startMeasuring()
  for (let start = 0; start < BOUND_HASHES; start += BOUND_AT_ONCE) {
    await Promise.all(Array.from({ length: BOUND_AT_ONCE }, () => scryptHashAside(header)))
  }
  return rounded(BOUND_HASHES / seconds().seconds, 0)
}

/** Blocks a second when their bytes are only put into a store, durable, and nothing is verified. */
async function appendPerSecond(folder: string, chainFile: string): Promise<number> {
  const store = await openStore({ path: folder, params, log: pino({ level: 'silent' }) })
  const all = [...chainFileBlocks(chainFile)]
  const seconds = startMeasuring()
  for (let start = 0; start < all.length; start += BOUND_BLOCKS_PER_WRITE) {
    store.write(() => {
      for (const [step, block] of all.slice(start, start + BOUND_BLOCKS_PER_WRITE).entries()) {
        store.blocks.put(start + step, block.raw)
      }
    })
  }
  const figure = rounded(all.length / seconds().seconds, 0)
  await store.close()
  return figure
}
