import { once } from 'node:events'
import { createServer } from 'node:http'
import { answerParent, say } from './child.ts'

/** Headers that node:http writes itself. */
const OF_NODE: ReadonlySet<string> = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding'])

/** A server of node:http that does nothing but send what another one sent, byte by byte. Arguments: its port, paths. */
async function serve(port: string, paths: readonly string[]): Promise<void> {
  const answers = new Map<string, { headers: Record<string, string>; body: Buffer }>()
  for (const path of paths) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'accept-encoding': 'identity' } })
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !OF_NODE.has(name)))
    answers.set(path, { headers, body: Buffer.from(await answer.arrayBuffer()) })
  }
  const server = createServer((request, response) => {
    const answer = answers.get(request.url ?? '')
    if (answer === undefined) response.writeHead(404).end()
    else response.writeHead(200, answer.headers).end(answer.body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  answerParent(() => process.cpuUsage())
  const address = server.address()
  say({ port: typeof address === 'object' ? address?.port : undefined })
}

const [port = '', ...paths] = process.argv.slice(2)
void serve(port, paths)
