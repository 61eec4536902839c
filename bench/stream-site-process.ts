import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createHttpServer } from '../app/_server/http-server.ts'
import { HEARTBEAT_MS } from '../app/_server/stream/limits.ts'
import { StreamHub } from '../app/_server/stream/stream-hub.ts'
import { createStreamRoute } from '../app/_server/stream/stream-route.ts'
import { openReader } from '../db/queries/reader.ts'
import { parseUrl } from '../node/protocol/url.ts'
import { answerParent, rssAnonMb, say } from './child.ts'

/**
 * The stream as the site serves it, and at /bare a server that writes each chunk it is sent to all who read there. Says
 * its port, and when asked what it took. Argument: the database.
 */
async function serve(databaseUrl: string): Promise<void> {
  const hub = new StreamHub({
    reader: openReader(databaseUrl),
    heartbeatMs: HEARTBEAT_MS,
    onAway: (error) => {
      throw error
    },
    onBack: () => undefined,
  })
  const route = createStreamRoute(hub)
  const bare = new Set<ServerResponse>()
  const server = createHttpServer((request, response) => {
    const url = parseUrl(request.url ?? '', 'http://site.invalid')
    if (url === undefined) return void response.destroy()
    if (request.method === 'POST') {
      request.on('data', (chunk: Buffer) => {
        for (const reader of bare) reader.write(chunk)
      })
      return void request.once('end', () => response.end())
    }
    if (url.pathname !== '/bare') return void route.serve(request, response, url, { key: 'bench', isLocal: true })
    response.removeHeader('transfer-encoding')
    response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' }).write(':\n\n')
    bare.add(response)
    response.once('close', () => bare.delete(response))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  answerParent(() => ({ ...process.cpuUsage(), rssMb: rssAnonMb(), readers: hub.readerCount }))
  const address = server.address()
  say({ port: typeof address === 'object' ? address?.port : undefined })
}

void serve(process.argv[2] ?? '')
