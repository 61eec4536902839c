import { once } from 'node:events'
import { createArchiveRoute } from '../app/_server/archive-route.ts'
import { createAvatars } from '../app/_server/avatars.ts'
import { createFront } from '../app/_server/front.ts'
import { createHealth } from '../app/_server/health.ts'
import { createHttpServer } from '../app/_server/http-server.ts'
import { createRateLimit } from '../app/_server/rate-limit.ts'
import { createResponseCache } from '../app/_server/response-cache.ts'
import { loadStaticFiles } from '../app/_server/static-files.ts'
import { createApi } from '../app/api/api.ts'
import { openReader } from '../db/queries/reader.ts'
import { answerParent, say } from './child.ts'

const PER_MINUTE = 1_000_000

/** The site without its pages: the front, the API, a reader of the database. Arguments: its address, unix seconds. */
async function serve(readUrl: string, now: number): Promise<void> {
  const reader = openReader(readUrl)
  const fail = (error: unknown): never => {
    throw error
  }
  const api = createApi({ reader, clock: { now: () => now }, onFailure: (_path, error) => fail(error) })
  const cache = createResponseCache()
  cache.setHearing(true)
  const front = createFront({
    reader,
    cache,
    share: { find: () => undefined },
    pages: (_request, response) => void response.end(),
    api,
    direct: [createArchiveRoute(api)],
    avatars: createAvatars(reader),
    files: await loadStaticFiles(),
    health: createHealth(reader),
    limit: createRateLimit({ perMinute: PER_MINUTE, nowMs: () => performance.now() }),
    proxyDepth: 0,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: fail },
  })
  const server = createHttpServer(front).listen(0, '127.0.0.1')
  await once(server, 'listening')
  answerParent(() => process.cpuUsage())
  const address = server.address()
  say({ port: typeof address === 'object' ? address?.port : undefined })
}

const [readUrl = '', now = ''] = process.argv.slice(2)
void serve(readUrl, Number(now))
