import type { Server } from 'node:http'
import next from 'next'
import pino from 'pino'
import { openReader } from '../../db/queries/reader.ts'
import { notifyWanted } from '../../db/queries/user-fetch.ts'
import nextConfig from '../../next.config.ts'
import { standardError } from '../../node/log.ts'
import { exitWithParent } from '../../node/parent.ts'
import { clockFrom, systemClock } from '../../node/protocol/clock.ts'
import { createSharedReads } from '../_lib/shared-reads.ts'
import { provideSite } from '../_lib/site.ts'
import { createWanted } from '../_lib/wanted.ts'
import { createApi } from '../api/api.ts'
import { referenceOf } from '../api/reference.ts'
import type { RpcContext } from '../rpc/call.ts'
import { createRpc } from '../rpc/execute-rpc.ts'
import { createShare } from '../share/share.ts'
import type { Api } from './api-answer.ts'
import { createArchiveRoute } from './archive-route.ts'
import { createAvatars } from './avatars.ts'
import { readSiteConfig, type SiteConfig } from './config.ts'
import type { DirectRoute } from './direct.ts'
import { createFront } from './front.ts'
import { createHealth } from './health.ts'
import { hearChanges } from './hear-changes.ts'
import { createHttpServer } from './http-server.ts'
import { MAX_WANTED_REMEMBERED, STOP_TIMEOUT_MS, WANTED_AGAIN_MS, WANTED_PER_MINUTE } from './limits.ts'
import { markup } from './markup.ts'
import { painter } from './painter.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'
import { createResponseCache } from './response-cache.ts'
import { createRpcRoute } from './rpc-route.ts'
import { createSitemapRoute } from './sitemap-route.ts'
import { loadStaticFiles } from './static-files.ts'
import { HEARTBEAT_MS } from './stream/limits.ts'
import { StreamHub } from './stream/stream-hub.ts'
import { createStreamRoute } from './stream/stream-route.ts'

const PROJECT = new URL('../../', import.meta.url).pathname

async function main(config: SiteConfig): Promise<void> {
  const log = pino({ level: config.logLevel, base: { process: 'site' } }, standardError())
  redirectConsole(log)
  const clock = config.clockStart === undefined ? systemClock : clockFrom(config.clockStart)
  const reader = openReader(config.databaseUrl)
  const wanted = createWanted({
    notify: (username) => notifyWanted(reader, username),
    perMinute: WANTED_PER_MINUTE,
    againMs: WANTED_AGAIN_MS,
    maxRemembered: MAX_WANTED_REMEMBERED,
  })
  const api = createApi({ reader, clock, onFailure: (path, err) => log.error({ err, path }, 'an API call failed') })
  const document = await api.request('/api/v1/openapi.json')
  const files = await loadStaticFiles()
  const apiReference = referenceOf(await document.text())
  const shared = createSharedReads()
  provideSite({ reader, clock, wanted, shared, apiReference, contact: config.contact, files, markup })

  // Given here, so that Next neither transpiles its configuration again nor prints that it did.
  const pages = next({ dev: false, dir: PROJECT, conf: nextConfig })
  await pages.prepare()
  const stream = new StreamHub({
    reader,
    heartbeatMs: HEARTBEAT_MS,
    onAway: (err) => log.warn({ err }, 'the stream cannot be read; trying again'),
    onBack: () => log.info('the stream is read again'),
  })
  const limit = createRateLimit({ perMinute: config.requestsPerMinute, nowMs: () => performance.now() })
  const cache = createResponseCache()
  const ears = hearChanges(reader, [shared, cache])
  const front = createFront({
    reader,
    cache,
    pages: pages.getRequestHandler(),
    api,
    direct: [createStreamRoute(stream), ...directRoutes(config, api, { reader, clock }, limit, log)],
    avatars: createAvatars(reader),
    files,
    share: createShare({ reader, painter, embedStylesheetPath: files.embedStylesheetPath }),
    health: createHealth(reader),
    limit,
    proxyDepth: config.proxyDepth,
    origins: config.origins,
    onion: config.onion,
    log,
  })
  const server = createHttpServer(front, { proxyDepth: config.proxyDepth })
  await listen(server, config)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : config.port
  log.info({ bind: config.bind, port }, 'the site answers')

  let isStopping = false
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) return
    isStopping = true
    log.info({ signal }, 'the site stops')
    const late = setTimeout(() => server.closeAllConnections(), STOP_TIMEOUT_MS)
    ears.close()
    await stream.close()
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeIdleConnections()
    })
    clearTimeout(late)
    await Promise.all([reader.end({ timeout: 1 }), pages.close()])
    process.exit(0)
  }
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))
  exitWithParent(() => void stop('the launcher is gone'))
}

/** What is answered as it comes. */
function directRoutes(
  config: SiteConfig,
  api: Api,
  context: RpcContext,
  limit: RateLimit,
  log: pino.Logger,
): DirectRoute[] {
  const onFailure = (method: string, err: unknown) => log.error({ err, method }, 'an RPC call failed')
  const rpc = config.hasRpc ? [createRpcRoute({ execute: createRpc(context), limit, onFailure })] : []
  return [createArchiveRoute(api), createSitemapRoute(context.reader, config), ...rpc]
}

/** Next speaks to the console; this process says nothing but log lines. */
function redirectConsole(log: pino.Logger): void {
  console.log = (...words: unknown[]) => log.debug(text(words))
  console.warn = (...words: unknown[]) => log.warn(text(words))
  console.error = (...words: unknown[]) => log.error(text(words))
}

function text(words: unknown[]): string {
  return words.map((word) => (word instanceof Error ? (word.stack ?? word.message) : String(word))).join(' ')
}

function listen(server: Server, config: SiteConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(new StartProblem(`Port ${config.port} of ${config.bind} is already in use.`))
      } else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EACCES') {
        reject(new StartProblem(`The site cannot listen on ${config.bind}:${config.port} (${error.code}).`))
      } else reject(error)
    })
    server.listen(config.port, config.bind, resolve)
  })
}

/** A reason not to start that one sentence tells. */
class StartProblem extends Error {}

const config = readSiteConfig()
if ('problem' in config) {
  process.stderr.write(`${config.problem}\n`)
  process.exit(2)
}
main(config).catch((error: unknown) => {
  process.stderr.write(error instanceof StartProblem ? `${error.message}\n` : `${String(error)}\n`)
  if (!(error instanceof StartProblem) && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  process.exit(error instanceof StartProblem ? 2 : 1)
})
