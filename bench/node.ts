import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machine } from './machine.ts'
import type { Measure, Progress } from './measure.ts'
import { measureDht } from './node-dht.ts'
import { measureFollows } from './node-follows.ts'
import { measureHops } from './node-hops.ts'
import { measureScale } from './node-scale.ts'
import { measureSwarm } from './node-swarm.ts'
import { measureSync } from './node-sync.ts'

/** In the order in which they run: the quiet ones first. */
const PARTS: Record<string, Measure> = {
  sync: measureSync,
  swarm: measureSwarm,
  hops: measureHops,
  dht: measureDht,
  follows: measureFollows,
}
/** Too long for every day: only when named. */
const OPTIONAL_PARTS: Record<string, Measure> = { scale: measureScale }

export const NODE_PARTS: readonly string[] = Object.keys(PARTS)
export const OPTIONAL_NODE_PARTS: readonly string[] = Object.keys(OPTIONAL_PARTS)

/** Runs the parts asked for, one after the other: they would disturb each other's figures. */
export async function benchNode(
  { blocks, only, cache }: { blocks: number; only: readonly string[]; cache?: string | undefined },
  progress: Progress,
): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-bench-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  const figures: Record<string, object> = {}
  const wanted = only.length === 0 ? NODE_PARTS : only
  for (const [name, measure] of Object.entries({ ...PARTS, ...OPTIONAL_PARTS })) {
    if (!wanted.includes(name)) continue
    progress(`== ${name}`)
    figures[name] = await measure({ blocks, folder: join(folder, name), cache }, progress)
  }
  return { bench: 'node', at: new Date().toISOString(), machine: machine(), ...figures }
}
