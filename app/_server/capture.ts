import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

/** A response that a handler has finished, before the front's own headers, validators and compression. */
export interface Captured {
  status: number
  headers: Record<string, string>
  body: Buffer
}

/** Collects what a handler writes instead of sending it. */
class CapturingResponse extends ServerResponse {
  readonly chunks: Buffer[] = []
  private isEnded = false

  override write(chunk: unknown, encoding?: unknown, done?: unknown): boolean {
    const callback = typeof encoding === 'function' ? encoding : done
    this.keep(chunk, encoding)
    if (typeof callback === 'function') queueMicrotask(() => callback())
    return true
  }

  override end(chunk?: unknown, encoding?: unknown, done?: unknown): this {
    const callback = [chunk, encoding, done].find((argument) => typeof argument === 'function')
    if (this.isEnded) return this
    if (typeof chunk !== 'function') this.keep(chunk, encoding)
    this.isEnded = true
    this.finished = true
    // What waits for the end asks the stream; without a socket its own answer would stay false.
    Object.defineProperty(this, 'writableFinished', { value: true })
    queueMicrotask(() => {
      if (typeof callback === 'function') callback()
      this.emit('finish')
      this.emit('close')
    })
    return this
  }

  override flushHeaders(): void {}

  override writeHead(status: number, reason?: unknown, headers?: unknown): this {
    this.statusCode = status
    const given = typeof reason === 'object' ? reason : headers
    if (Array.isArray(given)) {
      for (let at = 0; at + 1 < given.length; at += 2) this.setHeader(String(given[at]), String(given[at + 1]))
    } else if (given !== null && typeof given === 'object') {
      for (const [name, value] of Object.entries(given)) if (value !== undefined) this.setHeader(name, String(value))
    }
    return this
  }

  private keep(chunk: unknown, encoding: unknown): void {
    if (chunk === undefined || chunk === null) return
    if (typeof chunk === 'string') {
      this.chunks.push(Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'))
    } else if (chunk instanceof Uint8Array) this.chunks.push(Buffer.from(chunk))
  }
}

/**
 * Runs a handler on a request of our own making, so that what it renders depends on the address and host alone: no
 * header of a reader reaches it, and a reader who goes away does not stop a render that others wait for.
 */
export async function capture(
  handler: (request: IncomingMessage, response: ServerResponse) => unknown,
  url: string,
  host: string,
  signal: AbortSignal,
  accept = '*/*',
): Promise<Captured> {
  const request = new IncomingMessage(new Socket())
  request.method = 'GET'
  request.url = url
  request.httpVersion = '1.1'
  request.httpVersionMajor = 1
  request.httpVersionMinor = 1
  request.headers = { host, accept }
  request.rawHeaders = ['host', host, 'accept', accept]
  request.push(null)
  const response = new CapturingResponse(request)
  const finished = new Promise<void>((resolve, reject) => {
    response.once('finish', resolve)
    response.once('error', reject)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  await Promise.all([handler(request, response), finished])
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.getHeaders())) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : String(value)
  }
  return { status: response.statusCode, headers, body: Buffer.concat(response.chunks) }
}

export type NodeHandler = RequestListener
