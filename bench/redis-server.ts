import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'

export interface RedisServer {
  url: string
  pid: number
  close(): Promise<void>
}

/** A Redis of its own, in memory alone; undefined where none is installed. */
export async function startRedisServer(folder: string): Promise<RedisServer | undefined> {
  mkdirSync(folder, { recursive: true })
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const failed = once(child, 'error').then(() => undefined)
  const ready = (async () => {
    for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept')) return child.pid
    return undefined
  })()
  const pid = await Promise.race([ready, failed])
  if (pid === undefined) return undefined
  child.stdout.resume()
  return {
    url: `redis://127.0.0.1:${port}`,
    pid,
    close: async () => {
      process.removeListener('exit', kill)
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      kill()
      await gone
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
