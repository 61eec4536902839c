import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reader } from '../../db/queries/reader.ts'
import type { Log } from '../../node/log.ts'
import { parseUrl } from '../../node/protocol/url.ts'
import { parseSubject, tombstoneOf } from '../_lib/tombstone-subject.ts'
import type { Avatars } from './avatars.ts'
import { capture, type NodeHandler } from './capture.ts'
import type { DirectRoute } from './direct.ts'
import { errorPage, errorProblem } from './error-page.ts'
import { type Finished, finish, MODULE_POLICY } from './finished.ts'
import type { Health } from './health.ts'
import { MAX_URL_LENGTH, RENDER_TIMEOUT_MS } from './limits.ts'
import { createResponseCache, TooBusy } from './response-cache.ts'
import { routePage } from './routes.ts'
import { send } from './send.ts'
import type { StaticFiles } from './static-files.ts'
import { stripFramework, takeModule, takeStatus } from './strip-framework.ts'

export interface FrontOptions {
  reader: Reader
  pages: NodeHandler
  api: NodeHandler
  /** Asked before the API and the pages; the first that matches serves. */
  direct: readonly DirectRoute[]
  avatars: Avatars
  files: StaticFiles
  health: Health
  log: Log
}

const API = '/api/'
const BASE = 'http://site.invalid'

/** Answers every request: health, files, then the API and the pages, each answer made once for all who wait for it. */
export function createFront(options: FrontOptions): NodeHandler {
  const { files, health, log, avatars } = options
  const cache = createResponseCache()

  async function answer(request: IncomingMessage): Promise<Finished> {
    request.resume()
    const target = request.url ?? '/'
    if (target.length > MAX_URL_LENGTH) return refuse(target, 414)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(target, 405)
    const url = parseTarget(target)
    if (url === undefined) return refuse(target, 400)
    const own = (await health.get(url.pathname)) ?? files.get(url.pathname) ?? (await avatars.get(url.pathname))
    if (own !== undefined) return own
    const host = hostOf(request)
    if (url.pathname.startsWith(API)) {
      const path = url.pathname + url.search
      return cache.get(`${host} ${path}`, () => apiAnswer(path, host))
    }
    const route = routePage(url.pathname, url.searchParams)
    switch (route.kind) {
      case 'bad-path':
        return refuse(target, 400)
      case 'not-found':
        return refuse(target, 404)
      case 'redirect':
        return finish(308, { location: route.location, 'cache-control': 'public, max-age=3600' }, Buffer.alloc(0))
      case 'page':
        return cache.get(`${host} ${route.path}`, () => pageAnswer(route.path, host))
    }
  }

  async function apiAnswer(path: string, host: string): Promise<Finished> {
    const captured = await capture(options.api, path, host, AbortSignal.timeout(RENDER_TIMEOUT_MS))
    if (captured.status >= 500) return errorProblem((await health.isDatabaseUp()) ? 500 : 503)
    return finish(captured.status, kept(captured.headers), captured.body)
  }

  async function pageAnswer(path: string, host: string): Promise<Finished> {
    const subject = parseSubject(path.split(/[/?]/).filter(Boolean))
    const isHidden = subject !== undefined && (await tombstoneOf(options.reader, subject)) !== undefined
    const inner = isHidden ? `/tombstone${path.split('?')[0]}` : path
    const captured = await capture(options.pages, inner, host, AbortSignal.timeout(RENDER_TIMEOUT_MS), 'text/html')
    if (captured.status >= 500) return errorPage((await health.isDatabaseUp()) ? 500 : 503, files.stylesheetPath)
    const page = takeStatus(stripFramework(captured.body.toString('utf8'), files.stylesheetPath))
    const { html, hasModule } = takeModule(page.html, files.modulePaths)
    const headers: Record<string, string> = {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': PAGE_CACHE_CONTROL,
    }
    if (hasModule) headers['content-security-policy'] = MODULE_POLICY
    return finish(page.status ?? captured.status, headers, Buffer.from(html))
  }

  function refuse(target: string, status: number): Promise<Finished> {
    return target.startsWith(API) ? errorProblem(status) : errorPage(status, files.stylesheetPath)
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = parseTarget(request.url ?? '/')
      const route = url && options.direct.find(({ matches }) => matches(url.pathname))
      if (url === undefined || route === undefined) return send(request, response, await answer(request))
      if (isAllowed(route, request.method)) return await route.serve(request, response, url)
      send(request, response, await refuse(url.pathname, 405))
    } catch (error) {
      if (response.headersSent) throw error
      const status = error instanceof TooBusy || !(await health.isDatabaseUp()) ? 503 : 500
      if (status === 500) log.error({ err: error, path: request.url?.slice(0, 200) }, 'a request failed')
      send(request, response, await refuse(request.url ?? '/', status))
    }
  }

  return (request, response) => {
    void serve(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'an answer could not be sent')
      response.destroy()
    })
  }
}

function isAllowed({ methods }: DirectRoute, method = ''): boolean {
  return methods.includes(method) || (method === 'HEAD' && methods.includes('GET'))
}

const PAGE_CACHE_CONTROL = 'public, max-age=2'

function parseTarget(target: string): URL | undefined {
  // Absolute-form targets and "//host" are for proxies, not for us.
  if (!target.startsWith('/') || target.startsWith('//')) return undefined
  return parseUrl(target, BASE)
}

function hostOf(request: IncomingMessage): string {
  const host = request.headers.host ?? ''
  return /^[A-Za-z0-9.:[\]-]{1,255}$/.test(host) ? host.toLowerCase() : 'localhost'
}

/** What the API may say about its own answer; the rest is the front's. */
function kept(headers: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = {}
  for (const name of ['content-type', 'cache-control', 'access-control-allow-origin']) {
    const value = headers[name]
    if (value !== undefined) result[name] = value
  }
  return result
}
