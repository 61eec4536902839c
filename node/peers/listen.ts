import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/** Rejects with one sentence if the port cannot be listened on. */
export async function listen(bind: string, port: number, onSocket: (socket: Socket) => void): Promise<Listener> {
  const server = createServer(onSocket)
  server.listen({ host: bind, port })
  try {
    await once(server, 'listening')
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' ? 'it is in use' : `${error}`
    throw new Error(`Cannot listen for peers on ${bind} port ${port}: ${reason}.`)
  }
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
