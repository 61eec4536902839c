import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Reader } from '../../../db/queries/reader.ts'
import type { Clock } from '../../../node/protocol/clock.ts'
import { writeArchive } from '../../archive/write-archive.ts'
import { strictQuery, userParams } from '../parameters.ts'
import { ApiProblem, badRequest, failed, gone, notFound, unavailable } from '../problem.ts'

/** Each holds a connection to the database for as long as its reader takes. */
const MAX_ARCHIVES_AT_ONCE = 3
const TYPE = 'application/x-ndjson'
const TOO_MANY = 'too many archives are being read at once: try again in a moment'

type OnFailure = (path: string, error: unknown) => void

/** What can be taken away. The answer is a stream: it is never in memory as a whole. */
export function addArchiveRoutes(api: OpenAPIHono, sql: Reader, clock: Clock, onFailure: OnFailure): void {
  const archive = createRoute({
    method: 'get',
    path: '/users/{n}/archive',
    operationId: 'userArchive',
    tags: ['Users'],
    summary: 'Everything that a user signed, as it travelled, with the proofs of the keys: JSON Lines',
    description:
      'A head; the registrations and key replacements of the user, and of whose posts stand inside of the user’s, each with its transaction, merkle branch and block header; signed posts; signed values of the DHT; an end with the numbers of records and a SHA-256 of all lines before. Bytes are base64. Direct messages and private favourites are there as they travelled, encrypted. What the operator has blocked is not. windsock-verify checks it, windsock import takes it.',
    request: { params: userParams, query: strictQuery({}) },
    responses: {
      200: { description: 'JSON Lines; whole when the last one is of kind end', content: { [TYPE]: { schema: line } } },
      ...{ ...badRequest, ...notFound, ...gone, ...unavailable, ...failed },
    },
  })
  let running = 0
  api.openapi(archive, async (c) => {
    const { n } = c.req.valid('param')
    if (running >= MAX_ARCHIVES_AT_ONCE) throw new ApiProblem(503, 'too-busy', TOO_MANY)
    running += 1
    const { signal } = c.req.raw
    const body = new Body(signal)
    const options = { sql, usernames: [n], isPublic: true, now: Math.floor(clock.now()), signal }
    const written = writeArchive({ ...options, write: (text) => body.write(text), onProgress: () => undefined })
      .then(() => undefined)
      .catch((error: unknown) => {
        if (body.isBegun && !(error instanceof ReaderGone) && !signal.aborted) onFailure(c.req.path, error)
        return error
      })
      .finally(() => {
        running -= 1
      })
    void written.then((error) => body.end(error))
    // What fails before anything is written is told as ever.
    const failure = await Promise.race([written, body.begun])
    if (!body.isBegun) throw failure
    c.header('content-disposition', `attachment; filename="twister-${n}.jsonl"`)
    // The types of the routes' package know answers of JSON and text alone.
    return c.body(body.readable, 200, { 'content-type': TYPE }) as never
  })
}

class ReaderGone extends Error {}

/** A body that is written as fast as it is read. */
class Body {
  readonly readable: ReadableStream<Uint8Array>
  /** Resolves when there is something to read. */
  readonly begun: Promise<void>
  isBegun = false
  readonly #encoder = new TextEncoder()
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined
  #isGone = false
  #noteBegun: () => void = () => undefined
  /** Whoever writes waits for this. */
  #noteTaken: () => void = () => undefined

  constructor(signal: AbortSignal) {
    this.begun = new Promise((resolve) => {
      this.#noteBegun = resolve
    })
    this.readable = new ReadableStream<Uint8Array>({
      start: (stream) => {
        this.#stream = stream
      },
      pull: () => this.#noteTaken(),
      cancel: () => this.#noteGone(),
    })
    signal.addEventListener('abort', () => this.#noteGone(), { once: true })
  }

  async write(text: string): Promise<void> {
    if (this.#isGone || this.#stream === undefined) throw new ReaderGone('the reader has gone')
    this.#stream.enqueue(this.#encoder.encode(text))
    this.isBegun = true
    this.#noteBegun()
    if ((this.#stream.desiredSize ?? 0) > 0) return
    await new Promise<void>((resolve) => {
      this.#noteTaken = resolve
    })
  }

  /** With an error the reader sees a broken answer, and no last line. */
  end(error: unknown): void {
    if (this.#isGone) return
    if (error === undefined) this.#stream?.close()
    else this.#stream?.error(error)
  }

  #noteGone(): void {
    this.#isGone = true
    this.#noteTaken()
  }
}

const line = z.string().openapi({ description: 'Lines of JSON', format: 'binary' })
