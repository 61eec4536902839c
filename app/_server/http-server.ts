import { createServer, type Server } from 'node:http'
import type { NodeHandler } from './capture.ts'
import { answerClientError } from './client-error.ts'
import {
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  REQUEST_TIMEOUT_MS,
} from './limits.ts'

/** A server for the front that waits for nobody longer, and takes no more of anybody, than its bounds allow. */
export function createHttpServer(front: NodeHandler): Server {
  const options = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  }
  const server = createServer(options, front)
  server.maxConnections = MAX_CONNECTIONS
  server.on('clientError', answerClientError)
  return server
}
