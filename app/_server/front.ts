import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../../node/log.ts'
import { parseUrl } from '../../node/protocol/url.ts'
import { robotsText } from '../share/site/robots.ts'
import { type AnswersOptions, API, createAnswers } from './answers.ts'
import { inTime, TooSlow } from './api-answer.ts'
import { type Avatars, identiconAt } from './avatars.ts'
import type { NodeHandler } from './capture.ts'
import { clientOf } from './client-address.ts'
import { allowed, CORS_HEADERS, preflight } from './cors.ts'
import type { DirectRoute } from './direct.ts'
import { errorPage, errorProblem, type RefusalCode } from './error-page.ts'
import { type Finished, finish, SECURITY_HEADERS } from './finished.ts'
import { MAX_URL_LENGTH, PICTURE_WEIGHT } from './limits.ts'
import { prefersJson } from './negotiate.ts'
import { type Asked, originOf } from './origin.ts'
import type { RateLimit } from './rate-limit.ts'
import { TooBusy } from './response-cache.ts'
import { send } from './send.ts'
import { parseSpokenAddress } from './spoken-address.ts'

export interface FrontOptions extends AnswersOptions {
  /** Asked before the API and the pages; the first that matches serves. */
  direct: readonly DirectRoute[]
  avatars: Avatars
  limit: RateLimit
  log: Log
}

const BASE = 'http://site.invalid'
const READ_METHODS: readonly string[] = ['GET', 'HEAD']

/** Answers every request: health and files, which are not counted, then what is answered as it comes, API and pages. */
export function createFront(options: FrontOptions): NodeHandler {
  const { files, health, avatars, log } = options
  const answers = createAnswers(options)

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = parseTarget(request.url ?? '')
      if (url === 'too-long') return await reply(request, response, refuse(request, 'address-too-long'))
      if (url === undefined) return await reply(request, response, refuse(request, 'bad-address'))
      const own =
        (await health.get(url.pathname)) ??
        files.get(url.pathname) ??
        robots(request, url.pathname, options) ??
        identiconAt(url.pathname)
      if (own === undefined) return await serveCounted(request, response, url)
      if (isRead(request)) return await reply(request, response, own)
      await reply(request, response, refuse(request, 'method-not-allowed'), { allow: allowed(READ_METHODS) })
    } catch (error) {
      if (response.headersSent) throw error
      await reply(request, response, refuse(request, await codeOf(error, request)))
    }
  }

  /** Whoever asks what somebody has asked before gets what is kept, if it is fresh: most requests end here. */
  function serveKnown(request: IncomingMessage, response: ServerResponse): boolean {
    const known = isRead(request) ? answers.known(request) : undefined
    if (known === undefined) return false
    const { isAdmitted, headers } = options.limit.admit(clientOf(request, options.proxyDepth))
    const answer = isAdmitted ? known : { finished: refuse(request, 'too-many-requests'), extra: {} }
    const sending = reply(request, response, answer.finished, { ...headers, ...answer.extra })
    if (sending !== undefined) sending.catch((error: unknown) => giveUp(response, error))
    return true
  }

  async function serveCounted(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const client = clientOf(request, options.proxyDepth)
    const isPicture = avatars.matches(url.pathname)
    const { isAdmitted, headers } = options.limit.admit(client, isPicture ? PICTURE_WEIGHT : 1)
    if (!isAdmitted) return reply(request, response, refuse(request, 'too-many-requests'), headers)
    const route = options.direct.find(({ matches }) => matches(url.pathname))
    const method = request.method ?? ''
    if (route !== undefined && isAllowed(route, method)) {
      const always = { ...SECURITY_HEADERS, ...(API.test(url.pathname) ? CORS_HEADERS : {}), ...headers }
      for (const [name, value] of Object.entries(always)) response.setHeader(name, value)
      return route.serve(request, response, url, client)
    }
    const methods = route?.methods ?? READ_METHODS
    if (method === 'OPTIONS') return reply(request, response, preflight(methods), headers)
    if (route !== undefined || !isRead(request)) {
      return reply(request, response, refuse(request, 'method-not-allowed'), { ...headers, allow: allowed(methods) })
    }
    if (isPicture) return reply(request, response, await inTime(avatars.get(url.pathname)), headers)
    const { finished, extra } = await answers.get(request, url, client)
    await reply(request, response, finished, { ...headers, ...extra })
  }

  function refuse(request: IncomingMessage, code: RefusalCode): Finished {
    if (wantsProblem(request)) return errorProblem(code)
    const path = request.url?.split('?', 1)[0] ?? ''
    return errorPage(code, files.stylesheetPath, parseSpokenAddress(path, request.headers['accept-language']))
  }

  async function codeOf(error: unknown, request: IncomingMessage): Promise<RefusalCode> {
    if (error instanceof TooBusy) return 'too-busy'
    if (!(await health.isDatabaseUp())) return 'database-unavailable'
    if (error instanceof TooSlow) return 'too-busy'
    log.error({ err: error, path: request.url?.slice(0, 200) }, 'a request failed')
    return 'internal-error'
  }

  function giveUp(response: ServerResponse, error: unknown): void {
    log.error({ err: error }, 'an answer could not be sent')
    response.destroy()
  }

  return (request, response) => {
    try {
      if (serveKnown(request, response)) return
    } catch (error) {
      return giveUp(response, error)
    }
    serve(request, response).catch((error: unknown) => giveUp(response, error))
  }
}

/** It names the sitemap by its whole address, which depends on how this site was asked. */
function robots(request: IncomingMessage, pathname: string, asked: Asked): Finished | undefined {
  if (pathname !== '/robots.txt') return undefined
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=86400' }
  return finish(200, headers, Buffer.from(robotsText(originOf(request, asked))))
}

/** Nobody waits for a body that nobody asked for. */
function reply(
  request: IncomingMessage,
  response: ServerResponse,
  finished: Finished,
  extra?: Readonly<Record<string, string>>,
): void | Promise<void> {
  request.resume()
  return send(request, response, finished, extra)
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}

function isAllowed({ methods }: DirectRoute, method: string): boolean {
  return methods.includes(method) || (method === 'HEAD' && methods.includes('GET'))
}

function parseTarget(target: string): URL | 'too-long' | undefined {
  if (target.length > MAX_URL_LENGTH) return 'too-long'
  // Absolute-form targets and "//host" are for proxies, not for us; "/\\host" is the same to a parser of URLs.
  if (!target.startsWith('/')) return undefined
  const url = parseUrl(target, BASE)
  return url?.origin === BASE ? url : undefined
}

function wantsProblem({ url = '', headers }: IncomingMessage): boolean {
  const path = url.split('?', 1)[0] ?? ''
  return API.test(path) || path.endsWith('.json') || prefersJson(headers.accept)
}
