import { parseTwistUri } from '../../../node/protocol/twist-uri.ts'
import type { RpcCalls } from '../call.ts'
import { integerOf, textOf } from '../parameters.ts'
import { RPC_CODES, RpcError } from '../rpc-error.ts'
import { usernameOfUid } from './name-calls.ts'
import { peekPost } from './post-calls.ts'

export const LINK_CALLS: RpcCalls = {
  decodeshorturl: {
    parameters: '<twist:...> [timeout=90]',
    about: 'What a short link stands for: an address and a type, which nobody has checked.',
    arity: [1, 2],
    run: async (context, [link, timeout = 0]) => {
      integerOf(timeout)
      const text = textOf(link)
      if (!text.startsWith('twist:')) throw new RpcError(RPC_CODES.parse, 'protocol prefix error')
      const uri = parseTwistUri(text)
      if (uri === undefined) throw new RpcError(RPC_CODES.parse, 'not the base64 of eight bytes')
      return peekPost(context, await usernameOfUid(context.reader, uri.uid), uri.k, 'url,mimetype')
    },
  },
}
