import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataSize } from './index-data.ts'
import { makeDataFile } from './index-data-file.ts'
import { measureIngest } from './index-ingest.ts'
import { measureQueries } from './index-queries.ts'
import { measureRebuild } from './index-rebuild.ts'
import { machine } from './machine.ts'
import type { MeasureIndex, Progress } from './measure.ts'

/** In the order in which they run. */
const PARTS: Record<string, MeasureIndex> = { ingest: measureIngest, rebuild: measureRebuild, queries: measureQueries }

export const INDEX_PARTS: readonly string[] = Object.keys(PARTS)

/** Makes the seeded data set, and runs the parts asked for one after the other: they would disturb each other's figures. */
export async function benchIndex(
  { posts, only, cache }: { posts: number; only: readonly string[]; cache?: string | undefined },
  progress: Progress,
): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const dataFileOf = (count: number) => {
    const path = join(cache ?? folder, `index-${count}.jsonl`)
    makeDataFile(path, dataSize(count), progress)
    return path
  }
  const figures: Record<string, object> = {}
  const wanted = only.length === 0 ? INDEX_PARTS : only
  for (const [name, measure] of Object.entries(PARTS)) {
    if (!wanted.includes(name)) continue
    progress(`== ${name}`)
    figures[name] = await measure({ posts, dataFileOf, folder: join(folder, name), cache }, progress)
  }
  return { bench: 'index', at: new Date().toISOString(), machine: machine(), posts, ...figures }
}
