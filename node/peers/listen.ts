import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Log } from '../log.ts'

export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/** Rejects with one sentence if the port cannot be listened on. */
export async function listen(
  bind: string,
  port: number,
  log: Log,
  onSocket: (socket: Socket) => void,
): Promise<Listener> {
  const server = createServer(onSocket)
  server.listen({ host: bind, port })
  try {
    await once(server, 'listening')
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' ? 'it is in use' : `${error}`
    throw new Error(`Cannot listen for peers on ${bind} port ${port}: ${reason}.`)
  }
  // No more files may be open, say: who is connected stays so.
  server.on('error', (error) => log.warn({ error: error.message }, 'cannot take a peer'))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
