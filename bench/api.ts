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
import { machine } from './machine.ts'
import type { MeasureApi, Progress } from './measure.ts'

/** In the order in which they run. */
const PARTS: Record<string, MeasureApi> = { http: measureHttp, stream: measureStream, archive: measureArchive }

export const API_PARTS: readonly string[] = Object.keys(PARTS)

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Lays a database of the seeded data set, and runs the parts asked for one after the other. */
export async function benchApi(
  { posts, only, cache }: { posts: number; only: readonly string[]; cache?: string | undefined },
  progress: Progress,
): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const dataFile = join(cache ?? folder, `index-${posts}.jsonl`)
  makeDataFile(dataFile, dataSize(posts), progress)
  const dataDir = join(folder, 'database')
  const { readUrl } = await layIndex({ dataDir, dataFile, progress }, async () => undefined)
  const server = await openEmbeddedPostgres({ dataDir, log: quiet })
  const figures: Record<string, object> = {}
  try {
    for (const [name, measure] of Object.entries(PARTS)) {
      if (only.length > 0 && !only.includes(name)) continue
      progress(`== ${name}`)
      const urls = { databaseUrl: server.url, readUrl: atPort(readUrl, server.port) }
      figures[name] = await measure({ ...urls, endTime: dataSize(posts).endTime, folder: join(folder, name) }, progress)
    }
  } finally {
    await server.close()
  }
  return { bench: 'api', at: new Date().toISOString(), machine: machine(), posts, ...figures }
}
