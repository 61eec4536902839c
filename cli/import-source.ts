import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

/** Why nothing can be read from there; a sentence for people. */
export class SourceError extends Error {
  /** As errors of files have one: importing tells it, and keeps what it has. */
  readonly code = 'ERR_SOURCE'
}

interface SourceOptions {
  /** A path, an http(s) address, or undefined: standard input. */
  place: string | undefined
  /** As many as are read at most, when decompressed: what is compressed may have no end. */
  maxBytes: number
  signal: AbortSignal
}

const ADDRESS = /^https?:\/\//i
/** Of an answer that says why there is none. */
const MAX_REASON_BYTES = 10_000
const GZIP_MAGIC = Buffer.of(0x1f, 0x8b)

export function isAddress(text: string): boolean {
  return ADDRESS.test(text)
}

/** The bytes that stand there, decompressed when the first of them say that they are compressed. */
export async function openSource({ place, maxBytes, signal }: SourceOptions): Promise<AsyncIterable<Uint8Array>> {
  if (place === undefined) return bounded(decompressed(process.stdin), maxBytes)
  const bytes = isAddress(place) ? await download(place, signal) : createReadStream(place)
  return bounded(decompressed(bytes), maxBytes)
}

async function download(address: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  let answer: Response
  try {
    answer = await fetch(address, { signal, headers: { accept: 'application/x-ndjson, */*' } })
  } catch (error) {
    signal.throwIfAborted()
    throw new SourceError(`${address}: ${reasonOf(error)}`)
  }
  if (answer.status !== 200 || answer.body === null) {
    throw new SourceError(`${address} answers ${answer.status}${await problemOf(answer)}`)
  }
  return received(answer.body, signal)
}

async function* received(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    signal.throwIfAborted()
    throw new SourceError(`the connection broke (${reasonOf(error)}): run it again for the rest`)
  }
}

/** What problem+json (RFC 9457) says; nothing of anything else. */
async function problemOf(answer: Response): Promise<string> {
  if (!(answer.headers.get('content-type') ?? '').includes('json') || answer.body === null) return ''
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of bounded(answer.body, MAX_REASON_BYTES)) chunks.push(chunk)
    const json: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    const title = typeof json === 'object' && json !== null && 'title' in json ? json.title : undefined
    return typeof title === 'string' ? `: ${title}` : ''
  } catch {
    return ''
  }
}

async function* bounded(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const chunk of source) {
    length += chunk.length
    if (length > maxBytes) throw new SourceError(`it is longer than ${maxBytes} bytes (--max-size)`)
    yield chunk
  }
}

async function* decompressed(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = input[Symbol.asyncIterator]()
  let start = Buffer.alloc(0)
  while (start.length < GZIP_MAGIC.length) {
    const next = await chunks.next()
    if (next.done === true) break
    start = Buffer.concat([start, next.value])
  }
  const whole = followed(start, chunks)
  yield* start.subarray(0, GZIP_MAGIC.length).equals(GZIP_MAGIC) ? gunzipped(whole) : whole
}

/** Lets go of the rest when nobody wants it any more. */
async function* followed(start: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield start
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value
  } finally {
    await chunks.return?.()
  }
}

async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  pipeline(source, gunzip).catch(() => undefined)
  yield* gunzip as AsyncIterable<Uint8Array>
}

/** What fetch tells hides its reason in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message
}
