import type { RpcCall, RpcCalls, RpcContext } from './call.ts'
import { BLOCK_CALLS } from './calls/block-calls.ts'
import { DHT_CALLS } from './calls/dht-calls.ts'
import { LINK_CALLS } from './calls/link-calls.ts'
import { NAME_CALLS } from './calls/name-calls.ts'
import { NODE_CALLS } from './calls/node-calls.ts'
import { POST_CALLS } from './calls/post-calls.ts'
import { SEARCH_CALLS } from './calls/search-calls.ts'
import { SWARM_CALLS } from './calls/swarm-calls.ts'
import { TRANSACTION_CALLS } from './calls/transaction-calls.ts'
import type { RpcExecute } from './json-rpc.ts'
import { MAX_RPC_HELP_NAME_CHARACTERS } from './limits.ts'
import { textOf } from './parameters.ts'
import { REFUSED_METHODS } from './refused-methods.ts'
import { RPC_CODES, RpcError } from './rpc-error.ts'

/** All calls but help, which tells of them. */
const CALLS: RpcCalls = {
  ...BLOCK_CALLS,
  ...TRANSACTION_CALLS,
  ...NAME_CALLS,
  ...POST_CALLS,
  ...LINK_CALLS,
  ...DHT_CALLS,
  ...SEARCH_CALLS,
  ...SWARM_CALLS,
  ...NODE_CALLS,
}

const HELP: RpcCall = {
  parameters: '[method]',
  about: 'The methods that are answered here, or one of them.',
  arity: [0, 1],
  run: async (_context, [method]) => (method === undefined ? allHelp() : helpOf(textOf(method))),
}

const ALL_CALLS: ReadonlyMap<string, RpcCall> = new Map(Object.entries({ ...CALLS, help: HELP }))

/** Answers calls by the reference's names, from the index. What it refuses is thrown as RpcError. */
export function createRpc(context: RpcContext): RpcExecute {
  return async (method, parameters) => {
    const call = ALL_CALLS.get(method)
    if (call === undefined) throw unanswered(method)
    const [least, most] = call.arity
    // "Any C++ exception in a call (usage text, wrong JSON type) → code −1" (chain.md 8.1)
    if (parameters.length < least || parameters.length > most) throw new RpcError(RPC_CODES.misc, usageOf(method, call))
    return call.run(context, parameters)
  }
}

/** "Others: error −23 Forbidden" (dht-swarm-posts.md 6.3); what the reference does not know either: −32601. */
function unanswered(method: string): RpcError {
  if (!REFUSED_METHODS.has(method)) return new RpcError(RPC_CODES.methodNotFound, 'Method not found')
  return new RpcError(
    RPC_CODES.forbiddenOnPublicServer,
    'Forbidden: this server reads the public network, nothing else',
  )
}

function allHelp(): string {
  return [...ALL_CALLS]
    .map(([method, call]) => signatureOf(method, call))
    .sort()
    .join('\n')
}

function helpOf(method: string): string {
  const call = ALL_CALLS.get(method)
  return call === undefined
    ? `help: unknown command: ${method.slice(0, MAX_RPC_HELP_NAME_CHARACTERS)}`
    : usageOf(method, call)
}

function usageOf(method: string, call: RpcCall): string {
  return `${signatureOf(method, call)}\n${call.about}`
}

function signatureOf(method: string, { parameters }: RpcCall): string {
  return parameters === '' ? method : `${method} ${parameters}`
}
