import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { NodeHandler } from './capture.ts'
import { type Client, clientAt } from './client-address.ts'
import { answerClientError } from './client-error.ts'
import {
  CONNECTIONS_LOOK_MS,
  CONNECTIONS_PER_CLIENT,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  MAX_REQUESTS_IN_ROW,
  REQUEST_TIMEOUT_MS,
  UNTAKEN_ANSWER_TIMEOUT_MS,
} from './limits.ts'

interface HttpServerOptions {
  /** Proxies in front, whose connections are those of all their readers (client-address.ts). */
  proxyDepth?: number
  untakenTimeoutMs?: number
  whoIsAt?: (socket: Socket) => Client
}

/** A server for the front that waits for nobody longer, and takes no more of anybody, than its bounds allow. */
export function createHttpServer(
  front: NodeHandler,
  { proxyDepth = 0, untakenTimeoutMs = UNTAKEN_ANSWER_TIMEOUT_MS, whoIsAt = clientAt }: HttpServerOptions = {},
): Server {
  const options = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: CONNECTIONS_LOOK_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  }
  const server = createServer(options, withoutRows(front))
  server.maxConnections = MAX_CONNECTIONS
  server.timeout = untakenTimeoutMs
  server.on('clientError', answerClientError)
  // Whoever waits for nothing makes room for who has just come in vain, and comes again.
  server.on('drop', () => server.closeIdleConnections())
  if (proxyDepth === 0) boundPerClient(server, whoIsAt)
  return server
}

/** Parts with who sends one request after another without waiting for an answer: no browser does. */
function withoutRows(front: NodeHandler): NodeHandler {
  const waiting = new WeakMap<Socket, number>()
  return (request, response) => {
    const { socket } = request
    if (socket.destroyed) return
    // A response has the socket from the beginning unless there is one before it.
    if (response.socket === null) {
      const count = (waiting.get(socket) ?? 0) + 1
      if (count >= MAX_REQUESTS_IN_ROW) return void socket.destroy()
      waiting.set(socket, count)
      response.once('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1))
    }
    front(request, response)
  }
}

function boundPerClient(server: Server, whoIsAt: (socket: Socket) => Client): void {
  const countByClient = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const { key, isLocal } = whoIsAt(socket)
    if (isLocal) return
    const count = countByClient.get(key) ?? 0
    if (count >= CONNECTIONS_PER_CLIENT) return void socket.destroy()
    countByClient.set(key, count + 1)
    socket.once('close', () => {
      const left = (countByClient.get(key) ?? 1) - 1
      if (left === 0) countByClient.delete(key)
      else countByClient.set(key, left)
    })
  })
}
