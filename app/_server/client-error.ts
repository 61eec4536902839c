import type { Socket } from 'node:net'
import { errorProblem, type RefusalCode } from './error-page.ts'

const CODES: Readonly<Record<string, RefusalCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-long',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
}

/** Answers what is no request at all, or took too long to become one, and hangs up. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const { status, headers, body } = errorProblem(CODES[error.code ?? ''] ?? 'bad-request')
  const lines = Object.entries({ ...headers, connection: 'close', 'content-length': String(body.length) })
  const head = [`HTTP/1.1 ${status} ${REASON}`, ...lines.map(([name, value]) => `${name}: ${value}`)].join('\r\n')
  socket.end(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]))
}

/** The status says it; this may be any text. */
const REASON = 'Refused'
