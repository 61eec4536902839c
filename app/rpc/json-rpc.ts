import type { Json } from './json.ts'
import { MAX_RPC_ANSWER_BYTES, MAX_RPC_BATCH, RPC_BATCH_TIMEOUT_MS, RPC_CALL_TIMEOUT_MS } from './limits.ts'
import type { RpcParameters } from './parameters.ts'
import { RPC_CODES, type RpcCode, RpcError } from './rpc-error.ts'

export interface RpcAnswer {
  /** HTTP's. */
  status: number
  /** JSON and a line feed. */
  body: string
}

export type RpcExecute = (method: string, parameters: RpcParameters) => Promise<Json>

export interface RpcRun {
  /** What it throws that is no RpcError is our own fault, and told to onFailure alone. */
  execute: RpcExecute
  onFailure: (method: string, error: unknown) => void
  /** Whether the caller may make one more call; asked for each of a batch but the first. */
  admit: () => boolean
}

type Reply =
  | { result: Json; error: null; id: Json }
  | { result: null; error: { code: number; message: string }; id: Json }

/** One request or an array of them (chain.md 8.1). */
export async function answerJsonRpc(text: string, options: RpcRun): Promise<RpcAnswer> {
  const request = parseJson(text)
  const run = { ...options, deadlineMs: performance.now() + RPC_BATCH_TIMEOUT_MS }
  if (request === undefined) return refusal(RPC_CODES.parse, 'Parse error')
  if (Array.isArray(request)) {
    if (request.length > MAX_RPC_BATCH) {
      return refusal(RPC_CODES.invalidRequest, `more than ${MAX_RPC_BATCH} calls in a batch`)
    }
    return { status: 200, body: await batchText(request, run) }
  }
  if (!isObject(request)) return refusal(RPC_CODES.parse, 'Top-level object parse error')
  const one = await reply(request, run)
  return answer(statusOf(one), one)
}

/** An answer to what could not be read at all. */
export function refusal(code: RpcCode, message: string, status?: number): RpcAnswer {
  const one = errorReply(null, new RpcError(code, message))
  return answer(status ?? statusOf(one), one)
}

interface Run extends RpcRun {
  deadlineMs: number
}

/** The sum of what is answered is bounded, not only each answer. */
async function batchText(requests: readonly unknown[], run: Run): Promise<string> {
  const texts: string[] = []
  let sizeBytes = 0
  for (const request of requests) {
    const refused = sizeBytes >= MAX_RPC_ANSWER_BYTES ? FULL : texts.length > 0 && !run.admit() ? TOO_MANY : undefined
    const text = JSON.stringify(refused === undefined ? await reply(request, run) : errorReply(idOf(request), refused))
    sizeBytes += Buffer.byteLength(text)
    texts.push(text)
  }
  return `[${texts.join(',')}]\n`
}

const FULL = new RpcError(RPC_CODES.resourceBusy, 'the answers before it are long enough; ask again')
const TOO_MANY = new RpcError(RPC_CODES.resourceBusy, 'too many calls; ask again later')

async function reply(request: unknown, { execute, onFailure, deadlineMs }: Run): Promise<Reply> {
  const id = idOf(request)
  try {
    const { method, parameters } = readRequest(request)
    const remainingMs = Math.min(RPC_CALL_TIMEOUT_MS, deadlineMs - performance.now())
    const result = await withTimeout(remainingMs, () => execute(method, parameters))
    return { result, error: null, id }
  } catch (error) {
    if (error instanceof RpcError) return errorReply(id, error)
    onFailure(isObject(request) ? String(request['method']).slice(0, 100) : '', error)
    return errorReply(id, new RpcError(RPC_CODES.internal, 'this answer could not be made'))
  }
}

function errorReply(id: Json, { code, message }: RpcError): Reply {
  return { result: null, error: { code, message }, id }
}

function readRequest(request: unknown): { method: string; parameters: RpcParameters } {
  if (!isObject(request)) throw new RpcError(RPC_CODES.invalidRequest, 'Invalid Request object')
  const { method, params = null } = request
  if (method === undefined || method === null) throw new RpcError(RPC_CODES.invalidRequest, 'Missing method')
  if (typeof method !== 'string') throw new RpcError(RPC_CODES.invalidRequest, 'Method must be a string')
  if (params === null) return { method, parameters: [] }
  if (Array.isArray(params)) return { method, parameters: params }
  throw new RpcError(RPC_CODES.invalidRequest, 'Params must be an array')
}

async function withTimeout(timeoutMs: number, run: () => Promise<Json>): Promise<Json> {
  const late = new RpcError(RPC_CODES.timeout, 'it takes too long')
  if (timeoutMs <= 0) throw late
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late), timeoutMs)
  })
  try {
    return await Promise.race([run(), tooLate])
  } finally {
    clearTimeout(timer)
  }
}

/** "error → HTTP 500 (400 invalid request, 404 unknown method)" (dht-swarm-posts.md 6.1). */
function statusOf({ error }: Reply): number {
  if (error === null) return 200
  if (error.code === RPC_CODES.invalidRequest) return 400
  return error.code === RPC_CODES.methodNotFound ? 404 : 500
}

function answer(status: number, value: Reply): RpcAnswer {
  return { status, body: `${JSON.stringify(value)}\n` }
}

/** What the caller knows his call by. Anything but a plain value is not told back. */
function idOf(request: unknown): Json {
  const id = isObject(request) ? request['id'] : null
  return typeof id === 'string' || typeof id === 'number' || typeof id === 'boolean' ? id : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
