import { once } from 'node:events'
import { createServer } from 'node:http'

/** Changes what a site answered at an address, on its way to a reader. */
export type Lie = (path: string, body: string) => string

export interface LyingServer {
  url: string
  /** From now on. */
  tell(lie: Lie): void
  close(): Promise<void>
}

/** Stands between a reader and a site. */
export async function startLyingServer(siteUrl: string): Promise<LyingServer> {
  let lie: Lie = (_, body) => body
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    const headers = { accept: request.headers.accept ?? '*/*' }
    const answer = await fetch(siteUrl + path, { headers, redirect: 'manual' })
    const type = answer.headers.get('content-type') ?? ''
    const bytes = Buffer.from(await answer.arrayBuffer())
    const kept = ['content-security-policy', 'location'].flatMap((name): [string, string][] => {
      const value = answer.headers.get(name)
      return value === null ? [] : [[name, value]]
    })
    response.writeHead(answer.status, { ...Object.fromEntries(kept), 'content-type': type })
    response.end(/html|json/.test(type) ? lie(path, bytes.toString('utf8')) : bytes)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    tell: (next) => {
      lie = next
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
