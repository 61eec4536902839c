import { OpenAPIHono } from '@hono/zod-openapi'
import type { Reader } from '../../db/queries/reader.ts'
import type { Clock } from '../../node/protocol/clock.ts'
import { apiDocument } from './document.ts'
import { ApiProblem, parametersProblem, problemResponse } from './problem.ts'
import { addArchiveRoutes } from './routes/archive-routes.ts'
import { addChainRoutes } from './routes/chain-routes.ts'
import { addHashtagRoutes } from './routes/hashtag-routes.ts'
import { addPostRoutes } from './routes/post-routes.ts'
import { addPostsRoutes } from './routes/posts-routes.ts'
import { addProofRoutes } from './routes/proof-routes.ts'
import { addSearchRoutes } from './routes/search-routes.ts'
import { addStatisticsRoutes } from './routes/statistics-routes.ts'
import { addStatusRoutes } from './routes/status-routes.ts'
import { describeStream } from './routes/stream-route.ts'
import { addTrendRoutes } from './routes/trend-routes.ts'
import { addTwistRoutes } from './routes/twist-routes.ts'
import { addUserHistoryRoutes } from './routes/user-history-routes.ts'
import { addUserRoutes } from './routes/user-routes.ts'
import { addUsersRoutes } from './routes/users-routes.ts'
import { addTombstones } from './tombstones.ts'

export interface ApiOptions {
  reader: Reader
  clock: Clock
  /** Told of a call that failed by our own fault; the caller learns only that it did. */
  onFailure: (path: string, error: unknown) => void
}

/** RFC 8631: for programs, and for people. */
const DOCUMENT_LINKS = '</api/v1/openapi.json>; rel="service-desc", </api>; rel="service-doc"'

/** /api/v1: the same queries as the pages, as JSON. */
export function createApi(options: ApiOptions): OpenAPIHono {
  const api = new OpenAPIHono({
    defaultHook: (result) => (result.success ? undefined : parametersProblem(result.error)),
  }).basePath('/api/v1')

  api.use(async (c, next) => {
    await next()
    // Not by c.header, which makes the whole answer anew once there is one.
    c.res.headers.set('link', DOCUMENT_LINKS)
  })
  addTombstones(api, options.reader)
  addPostsRoutes(api, options.reader, options.clock)
  addPostRoutes(api, options.reader)
  addTwistRoutes(api, options.reader)
  addProofRoutes(api, options.reader)
  addUsersRoutes(api, options.reader, options.clock)
  addUserRoutes(api, options.reader)
  addUserHistoryRoutes(api, options.reader)
  addArchiveRoutes(api, options.reader, options.clock, options.onFailure)
  addHashtagRoutes(api, options.reader, options.clock)
  addTrendRoutes(api, options.reader, options.clock)
  addSearchRoutes(api, options.reader)
  addChainRoutes(api, options.reader)
  addStatisticsRoutes(api, options.reader)
  addStatusRoutes(api, options.reader)
  describeStream(api)
  const document = JSON.stringify(apiDocument(api))
  api.get('/openapi.json', (c) => c.body(document, 200, { 'content-type': 'application/json' }))
  api.notFound(() => problemResponse(404, 'unknown-call', 'no such call; see /api/v1/openapi.json'))
  api.onError((error, c) => {
    if (error instanceof ApiProblem) return problemResponse(error.status, error.code, error.title, error.parameter)
    options.onFailure(c.req.path, error)
    return problemResponse(500, 'internal-error', 'this answer could not be made')
  })
  return api
}
