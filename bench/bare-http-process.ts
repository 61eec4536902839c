import { once } from 'node:events'
import { createServer } from 'node:http'
import { answerParent, say } from './child.ts'

/** A server of node:http that does nothing but send what another one sent. Arguments: that one's port, paths. */
async function serve(port: string, paths: readonly string[]): Promise<void> {
  const bodies = new Map<string, Buffer>()
  for (const path of paths) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'accept-encoding': 'identity' } })
    bodies.set(path, Buffer.from(await answer.arrayBuffer()))
  }
  const server = createServer((request, response) => {
    const body = bodies.get(request.url ?? '')
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': 'application/json',
      'content-length': body?.length ?? 0,
    })
    response.end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  answerParent(() => process.cpuUsage())
  const address = server.address()
  say({ port: typeof address === 'object' ? address?.port : undefined })
}

const [port = '', ...paths] = process.argv.slice(2)
void serve(port, paths)
