import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedPostgres } from '../db/embedded.ts'
import { measureArchive } from './api-archive.ts'
import { measureHttp } from './api-http.ts'
import { measureStream } from './api-stream.ts'
import { dataSize } from './index-data.ts'
import { makeDataFile } from './index-data-file.ts'
import { atPort, layIndex } from './lay-index.ts'
import { layLongThread } from './long-thread.ts'
import { machine } from './machine.ts'
import type { MeasureApi, Progress } from './measure.ts'

/** In the order in which they run. */
const PARTS: Record<string, MeasureApi> = { http: measureHttp, stream: measureStream, archive: measureArchive }

export const API_PARTS: readonly string[] = Object.keys(PARTS)

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

interface LaidBenchOptions {
  posts: number
  only: readonly string[]
  cache?: string | undefined
}

/** Lays a database of the seeded data set, and runs the parts asked for one after the other. */
export function benchApi(options: LaidBenchOptions, progress: Progress): Promise<object> {
  return benchLaid('api', PARTS, options, progress)
}

/** The same for the parts of another bench that reads such a database over HTTP. */
export async function benchLaid(
  bench: string,
  allParts: Readonly<Record<string, MeasureApi>>,
  { posts, only, cache }: LaidBenchOptions,
  progress: Progress,
): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const dataFile = join(cache ?? folder, `index-${posts}.jsonl`)
  makeDataFile(dataFile, dataSize(posts), progress)
  const dataDir = join(folder, 'database')
  const { readUrl } = await layIndex({ dataDir, dataFile, progress }, layLongThread)
  const server = await openEmbeddedPostgres({ dataDir, log: quiet })
  const figures: Record<string, object> = {}
  try {
    for (const [name, measure] of Object.entries(allParts)) {
      if (only.length > 0 && !only.includes(name)) continue
      progress(`== ${name}`)
      const urls = { databaseUrl: server.url, readUrl: atPort(readUrl, server.port) }
      figures[name] = await measure({ ...urls, endTime: dataSize(posts).endTime, folder: join(folder, name) }, progress)
    }
  } finally {
    await server.close()
  }
  return { bench, at: new Date().toISOString(), machine: machine(), posts, ...figures }
}
