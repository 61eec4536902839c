import type { IncomingMessage } from 'node:http'
import { answerJsonRpc, type RpcAnswer, type RpcExecute, refusal } from '../rpc/json-rpc.ts'
import {
  MAX_RPC_AT_ONCE,
  MAX_RPC_BODY_BYTES,
  MAX_RPC_PER_READER,
  MAX_RPC_WAITING,
  RPC_BODY_TIMEOUT_MS,
} from '../rpc/limits.ts'
import { RPC_CODES } from '../rpc/rpc-error.ts'
import type { Client } from './client-address.ts'
import { CORS_HEADERS } from './cors.ts'
import type { DirectRoute } from './direct.ts'
import type { RateLimit } from './rate-limit.ts'
import { createTurns } from './turns.ts'

export const RPC_PATH = '/rpc'

export interface RpcRouteOptions {
  execute: RpcExecute
  /** Counts a call beside the request that it came with. */
  limit: RateLimit
  /** Told of a call that failed by our own fault; the caller learns only that it did. */
  onFailure: (method: string, error: unknown) => void
}

/** JSON-RPC 1.0 over POST for twister's own clients. A password, which the reference wants, is not looked at. */
export function createRpcRoute({ execute, limit, onFailure }: RpcRouteOptions): DirectRoute {
  const turns = createTurns({
    atOnce: MAX_RPC_AT_ONCE,
    maxWaiting: MAX_RPC_WAITING,
    maxPerReader: MAX_RPC_PER_READER,
  })

  async function answerBody(body: Body, client: Client): Promise<RpcAnswer> {
    const run = { execute, onFailure, admit: () => limit.admit(client).isAdmitted }
    switch (body.kind) {
      case 'too-long':
        return refusal(RPC_CODES.invalidRequest, `the body has more than ${MAX_RPC_BODY_BYTES} bytes`, 413)
      case 'too-slow':
        return refusal(RPC_CODES.invalidRequest, 'the body did not come', 408)
      case 'whole':
        return (
          // Behind a proxy that was not declared all readers look like one.
          (await turns.take(client.isLocal ? undefined : client.key, () => answerJsonRpc(body.text, run))) ??
          refusal(RPC_CODES.resourceBusy, 'too many calls at once; try again')
        )
    }
  }

  return {
    matches: (pathname) => pathname === RPC_PATH || pathname === `${RPC_PATH}/`,
    methods: ['POST'],
    async serve(request, response, _url, client) {
      const body = await readBody(request)
      if (body === undefined) return
      const { status, body: text } = await answerBody(body, client)
      if (response.destroyed) return
      const bytes = Buffer.from(text)
      response.writeHead(status, {
        ...CORS_HEADERS,
        ...(body.kind === 'whole' ? {} : { connection: 'close' }),
        'cache-control': 'no-store',
        'content-type': 'application/json',
        'content-length': bytes.length,
      })
      await new Promise<void>((resolve) => {
        response.once('close', resolve)
        response.end(bytes)
      })
    },
  }
}

type Body = { kind: 'whole'; text: string } | { kind: 'too-long' | 'too-slow' }

/** Undefined when the caller has gone. */
function readBody(request: IncomingMessage): Promise<Body | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    const timer = setTimeout(() => done({ kind: 'too-slow' }), RPC_BODY_TIMEOUT_MS)
    const take = (chunk: Buffer): void => {
      sizeBytes += chunk.length
      if (sizeBytes > MAX_RPC_BODY_BYTES) done({ kind: 'too-long' })
      else chunks.push(chunk)
    }
    const done = (body: Body | undefined): void => {
      clearTimeout(timer)
      request.off('data', take)
      request.pause()
      resolve(body)
    }
    request.on('data', take)
    request.once('end', () => done({ kind: 'whole', text: Buffer.concat(chunks).toString('utf8') }))
    request.once('error', () => done(undefined))
    request.once('close', () => done(undefined))
  })
}
