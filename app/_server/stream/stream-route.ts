import type { IncomingMessage, ServerResponse } from 'node:http'
import { parametersProblem, problemResponse } from '../../api/problem.ts'
import { eventIdSchema, streamQuery } from '../../api/routes/stream-route.ts'
import type { Client } from '../client-address.ts'
import type { DirectRoute } from '../direct.ts'
import { MAX_STREAM_READERS, RETRY_MAX_MS, RETRY_MIN_MS, STREAMS_PER_CLIENT } from './limits.ts'
import { retryFrame } from './stream-frame.ts'
import type { StreamHub } from './stream-hub.ts'
import { StreamReader } from './stream-reader.ts'

const STREAM_PATH = '/api/v1/stream'

/** GET /api/v1/stream: server-sent events to so many readers. */
export function createStreamRoute(hub: StreamHub): DirectRoute {
  const countByClient = new Map<string, number>()

  /** Undefined when there is room for one more. */
  function refusalOf({ key, isLocal }: Client): Response | undefined {
    if (hub.readerCount >= MAX_STREAM_READERS) {
      return problemResponse(503, 'too-many-streams', 'as many streams are read as this site can serve; try later')
    }
    if (isLocal || (countByClient.get(key) ?? 0) < STREAMS_PER_CLIENT) return undefined
    return problemResponse(429, 'too-many-streams', `from one address ${STREAMS_PER_CLIENT} streams at most`)
  }

  function count({ key }: Client, change: number): void {
    const next = (countByClient.get(key) ?? 0) + change
    if (next === 0) countByClient.delete(key)
    else countByClient.set(key, next)
  }

  return {
    matches: (pathname) => pathname === STREAM_PATH,
    methods: ['GET'],
    async serve(request, response, url, client) {
      request.resume()
      const query = streamQuery.safeParse(parametersOf(url))
      const header = eventIdSchema.optional().safeParse(headerOf(request))
      if (!query.success) return refuse(request, response, parametersProblem(query.error))
      if (!header.success) return refuse(request, response, parametersProblem(header.error))
      const refusal = refusalOf(client)
      if (refusal !== undefined) return refuse(request, response, refusal)
      openHead(response)
      if (request.method === 'HEAD') return void response.end()
      const { users = [], tags = [], kinds = [], lastEventId } = query.data
      const reader = new StreamReader(response, { users, tags, kinds }, client.isLocal ? undefined : client.key)
      count(client, 1)
      const closed = new Promise<void>((resolve) => response.once('close', resolve))
      reader.send(retryFrame(Math.round(RETRY_MIN_MS + Math.random() * (RETRY_MAX_MS - RETRY_MIN_MS))))
      try {
        await Promise.race([closed, hub.join(reader, header.data ?? lastEventId)])
        await closed
      } finally {
        hub.leave(reader)
        count(client, -1)
      }
    },
  }
}

/** As the calls of the API see them: what stands there twice is no text. */
function parametersOf({ searchParams }: URL): Record<string, unknown> {
  const names = [...new Set(searchParams.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const values = searchParams.getAll(name)
      return [name, values.length === 1 ? values[0] : values]
    }),
  )
}

function headerOf(request: IncomingMessage): string | undefined {
  const header = request.headers['last-event-id']
  return header === undefined || header === '' ? undefined : String(header)
}

/** The body ends with the connection, so that what is written goes out as it is: the same bytes for everybody. */
function openHead(response: ServerResponse): void {
  response.removeHeader('transfer-encoding')
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
    connection: 'close',
    // A proxy that keeps an answer back until it is whole would keep this one for ever.
    'x-accel-buffering': 'no',
  })
}

async function refuse(request: IncomingMessage, response: ServerResponse, problem: Response): Promise<void> {
  const body = Buffer.from(await problem.arrayBuffer())
  const retry = problem.status === 400 ? {} : { 'retry-after': '60' }
  response.writeHead(problem.status, {
    ...Object.fromEntries(problem.headers),
    ...retry,
    'content-length': body.length,
  })
  await new Promise<void>((resolve) => {
    response.once('close', resolve)
    response.end(request.method === 'HEAD' ? undefined : body)
  })
}
