import type { IncomingMessage } from 'node:http'
import { LRUCache } from 'lru-cache'
import type { Reader } from '../../db/queries/reader.ts'
import type { Share, Shared } from '../share/share.ts'
import { type Api, answerOfApi, inTime } from './api-answer.ts'
import type { NodeHandler } from './capture.ts'
import type { Client } from './client-address.ts'
import { CORS_HEADERS } from './cors.ts'
import { errorPage, errorProblem, type RefusalCode } from './error-page.ts'
import { type Finished, finish } from './finished.ts'
import type { Health } from './health.ts'
import { type JsonRoute, jsonAddress, pageOfJsonAddress, routeJson } from './json-route.ts'
import {
  MAX_QUESTION_LENGTH,
  MAX_QUESTIONS_REMEMBERED,
  MAX_RENDERS_AT_ONCE,
  MAX_RENDERS_IN_WORK,
  MAX_RENDERS_PER_READER,
} from './limits.ts'
import { prefersJson } from './negotiate.ts'
import { type Asked, onionLocation, originOf } from './origin.ts'
import { answerOfPage, type WantedPage } from './page-answer.ts'
import { type Made, type ResponseCache, TooBusy } from './response-cache.ts'
import { routePage } from './routes.ts'
import { answerOfShared } from './shared-answer.ts'
import { parseSpokenAddress, type SpokenAddress } from './spoken-address.ts'
import type { StaticFiles } from './static-files.ts'
import { createTurns } from './turns.ts'

export interface AnswersOptions extends Asked {
  reader: Reader
  pages: NodeHandler
  api: Api
  files: StaticFiles
  health: Health
  cache: ResponseCache
  share: Share
  /** The address of this site as an onion service. */
  onion?: string | undefined
}

/** An answer for all who ask, and what its headers say to one of them. */
export interface Answer {
  finished: Finished
  extra: Readonly<Record<string, string>>
}

/** The API, the pages and the JSON beside each page. Each answer is made once for all who wait for it. */
export interface Answers {
  get(request: IncomingMessage, url: URL, client: Client): Promise<Answer>
  /** What `get` gave before to the same question, while that is fresh: nothing is parsed or waited for. */
  known(request: IncomingMessage): Answer | undefined
}

/** Where an answer is kept, or how it is made. */
type Plan = { key: string; make: () => Promise<Made>; extra: Answer['extra'] } | Answer

/** Below it the API answers, and problems are told as JSON. */
export const API = /^\/api\/./

export function createAnswers(options: AnswersOptions): Answers {
  const { cache, files, health } = options
  const turns = createTurns({
    atOnce: MAX_RENDERS_AT_ONCE,
    maxWaiting: MAX_RENDERS_IN_WORK - MAX_RENDERS_AT_ONCE,
    maxPerReader: MAX_RENDERS_PER_READER,
  })
  const places = new LRUCache<string, { key: string; extra: Answer['extra'] }>({ max: MAX_QUESTIONS_REMEMBERED })

  function ofApi(path: string, extra: Answer['extra']): Plan {
    const make = async () => {
      const made = await answerOfApi(options.api, path)
      return made.finished.status >= 500 ? { ...made, finished: errorProblem(await blame()) } : made
    }
    return { key: path, make, extra }
  }

  function ofPage(path: string, wanted: WantedPage, extra: Answer['extra']): Plan {
    const { language, origin, prefix } = wanted
    const make = async () => {
      const made = await answerOfPage(options, path, wanted)
      if (made.finished.status < 500) return made
      return { ...made, finished: errorPage(await blame(), files.stylesheetPath, wanted) }
    }
    return { key: `${origin}${prefix} ${language} ${path}`, make, extra }
  }

  /** Feeds, frames, pictures and the rest that other sites and programs show. */
  function ofShared(shared: Shared, request: IncomingMessage, spoken: SpokenAddress): Plan {
    const { language, prefix } = spoken
    const wanted = { language, prefix, origin: originOf(request, options), address: spoken.pathname }
    const isSpoken = shared.isSpoken && prefix === ''
    const key = shared.isSpoken ? `${wanted.origin}${prefix} ${language} ${shared.key}` : shared.key
    const extra: Answer['extra'] = isSpoken ? { vary: 'Accept-Language' } : {}
    return { key, make: () => answerOfShared(shared, wanted), extra }
  }

  async function blame(): Promise<'internal-error' | 'database-unavailable'> {
    return (await health.isDatabaseUp()) ? 'internal-error' : 'database-unavailable'
  }

  function ofJson(route: JsonRoute): Plan {
    switch (route.kind) {
      case 'call':
        return ofApi(route.path, { 'content-location': route.path })
      case 'redirect':
        return { finished: redirect(route.location), extra: CORS_HEADERS }
      case 'not-found':
        return { finished: errorProblem('not-found'), extra: {} }
      case 'bad-path':
        return { finished: errorProblem('bad-address'), extra: {} }
    }
  }

  function atPageAddress(request: IncomingMessage, url: URL): Plan {
    const spoken = parseSpokenAddress(url.pathname, request.headers['accept-language'])
    const { language, prefix, pathname } = spoken
    const { searchParams } = url
    const json = routeJson(pathname, searchParams)
    const isChoice = json.kind === 'call'
    const isJsonWanted = prefersJson(request.headers.accept)
    if (isChoice && isJsonWanted) {
      const plan = ofJson(json)
      return { ...plan, extra: { ...plan.extra, vary: 'Accept' } }
    }
    const refuse = (code: RefusalCode) =>
      isJsonWanted ? errorProblem(code) : errorPage(code, files.stylesheetPath, spoken)
    const route = routePage(pathname, searchParams)
    switch (route.kind) {
      case 'bad-path':
        return { finished: refuse('bad-address'), extra: {} }
      case 'not-found':
        return { finished: refuse('not-found'), extra: {} }
      case 'redirect':
        return { finished: redirect(prefix + route.location), extra: isChoice ? { vary: 'Accept' } : {} }
      case 'page': {
        const query = /\?.*$/.exec(route.path)?.[0] ?? ''
        const link = `<${jsonAddress(pathname, query)}>; rel="alternate"; type="application/json"`
        const origin = originOf(request, options)
        const wanted = { language, prefix, origin, address: pathname + query }
        const onion = onionLocation(options.onion, origin, prefix + pathname + query)
        const vary = [isChoice ? 'Accept' : '', prefix === '' ? 'Accept-Language' : ''].filter(Boolean).join(', ')
        const extra = { ...(vary === '' ? {} : { vary }), ...(isChoice ? { link } : {}), ...onion }
        return ofPage(route.path, wanted, extra)
      }
    }
  }

  /** So many at once, the others wait; and of one reader only some, so that nobody fills the whole queue. */
  async function inTurn({ key, isLocal }: Client, make: () => Promise<Made>): Promise<Made> {
    // Behind a proxy that was not declared all readers look like one.
    const made = await inTime(turns.take(isLocal ? undefined : key, make))
    if (made === undefined) throw new TooBusy('too many answers are being made at once')
    return made
  }

  function planOf(request: IncomingMessage, url: URL): Plan {
    if (API.test(url.pathname)) return ofApi(url.pathname + url.search, {})
    const spoken = parseSpokenAddress(url.pathname, request.headers['accept-language'])
    const shared = options.share.find(spoken.pathname, url.searchParams, spoken.prefix)
    if (shared !== undefined) return ofShared(shared, request, spoken)
    const page = pageOfJsonAddress(url.pathname)
    return page === undefined ? atPageAddress(request, url) : ofJson(routeJson(page, url.searchParams))
  }

  return {
    async get(request, url, client) {
      const plan = planOf(request, url)
      if ('finished' in plan) return plan
      const { key, make, extra } = plan
      const question = questionOf(request, options.proxyDepth)
      if (question.length <= MAX_QUESTION_LENGTH) places.set(question, { key, extra })
      return { finished: await cache.get(key, () => inTurn(client, make)), extra }
    },

    known(request) {
      const place = places.get(questionOf(request, options.proxyDepth))
      const finished = place && cache.fresh(place.key)
      return finished && { finished, extra: place.extra }
    },
  }
}

/** Everything in a request that an answer may depend on: two that say the same here are answered the same. */
function questionOf({ url, headers }: IncomingMessage, proxyDepth: number): string {
  const said = `${url}\n${headers.host ?? ''}\n${headers.accept ?? ''}\n${headers['accept-language'] ?? ''}`
  if (proxyDepth === 0) return said
  return `${said}\n${headers['x-forwarded-host'] ?? ''}\n${headers['x-forwarded-proto'] ?? ''}`
}

function redirect(location: string): Finished {
  return finish(308, { location, 'cache-control': 'public, max-age=3600' }, Buffer.alloc(0))
}
