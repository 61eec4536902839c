import { once } from 'node:events'
import { createAvatars } from '../app/_server/avatars.ts'
import type { NodeHandler } from '../app/_server/capture.ts'
import type { DirectRoute } from '../app/_server/direct.ts'
import { createFront } from '../app/_server/front.ts'
import { createHealth } from '../app/_server/health.ts'
import { hearChanges } from '../app/_server/hear-changes.ts'
import { createHttpServer } from '../app/_server/http-server.ts'
import { painter } from '../app/_server/painter.ts'
import { createRateLimit } from '../app/_server/rate-limit.ts'
import { createResponseCache } from '../app/_server/response-cache.ts'
import { createSitemapRoute } from '../app/_server/sitemap-route.ts'
import { loadStaticFiles } from '../app/_server/static-files.ts'
import { createApi } from '../app/api/api.ts'
import { createShare } from '../app/share/share.ts'
import type { Reader } from '../db/queries/reader.ts'
import { testLog } from './services.ts'

export interface FrontServer {
  url: string
  /** What failed by our own fault. */
  failures: unknown[]
  close(): Promise<void>
}

interface FrontServerOptions {
  reader: Reader
  /** Unix seconds. */
  now: number
  direct?: readonly DirectRoute[]
  requestsPerMinute?: number
  proxyDepth?: number
  origins?: readonly string[]
  pages?: NodeHandler
}

/** The HTTP front with the API in this process. Only Next is not there: each page says its path. */
export async function startFront(options: FrontServerOptions): Promise<FrontServer> {
  const { reader, now, direct = [], requestsPerMinute = 0, proxyDepth = 0, origins, pages = echoPage } = options
  const failures: unknown[] = []
  const cache = createResponseCache()
  const ears = hearChanges(reader, [cache])
  const files = await loadStaticFiles()
  const front = createFront({
    reader,
    cache,
    pages,
    api: createApi({ reader, clock: { now: () => now }, onFailure: (path, error) => failures.push(path, error) }),
    direct: [...direct, createSitemapRoute(reader, { proxyDepth, origins })],
    avatars: createAvatars(reader),
    files,
    share: createShare({ reader, painter, embedStylesheetPath: files.embedStylesheetPath }),
    health: createHealth(reader),
    limit: createRateLimit({ perMinute: requestsPerMinute, nowMs: () => performance.now() }),
    proxyDepth,
    origins,
    log: testLog,
  })
  const server = createHttpServer(front, { proxyDepth }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    failures,
    close: async () => {
      ears.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const echoPage: NodeHandler = (request, response) => {
  response.setHeader('content-type', 'text/html')
  response.end(`<!DOCTYPE html><title>${encodeURI(request.url ?? '')}</title>`)
}
