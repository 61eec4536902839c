import { bestChain, blockByHeight, tip } from '../../../db/queries/blocks.ts'
import { rawBlock } from '../../../db/queries/raw-block.ts'
import { bytesToHex } from '../../../node/protocol/bytes.ts'
import { parseHash } from '../../../node/protocol/hash.ts'
import { blockJson, difficultyOf } from '../block-json.ts'
import type { RpcCalls, RpcContext } from '../call.ts'
import { booleanOf, integerOf, textOf } from '../parameters.ts'
import { RPC_CODES, RpcError } from '../rpc-error.ts'

export const BLOCK_CALLS: RpcCalls = {
  getbestblockhash: {
    parameters: '',
    about: 'The hash of the newest block of the best chain.',
    arity: [0, 0],
    run: async (context) => (await bestBlock(context)).hash,
  },
  getblockcount: {
    parameters: '',
    about: 'The height of the newest block of the best chain.',
    arity: [0, 0],
    run: async (context) => (await bestBlock(context)).height,
  },
  getblockhash: {
    parameters: '<height>',
    about: 'The hash of the block of the best chain at this height.',
    arity: [1, 1],
    run: async ({ reader }, [height]) => {
      const block = await blockByHeight(reader, integerOf(height))
      if (block === undefined) throw new RpcError(RPC_CODES.misc, 'Block number out of range.')
      return block.hash
    },
  },
  getblock: {
    parameters: '<hash> [verbose=true]',
    about: 'What a block holds; its bytes in hexadecimal if verbose is false.',
    arity: [1, 2],
    run: async ({ reader }, [hash, verbose = true]) => {
      const parsed = parseHash(textOf(hash))
      const isVerbose = booleanOf(verbose)
      const found = parsed && (await rawBlock(reader, parsed))
      if (found === undefined) throw new RpcError(RPC_CODES.invalidAddressOrKey, 'Block not found')
      if (isVerbose) return blockJson(found)
      if (found.isMessageShown) return bytesToHex(found.raw)
      throw new RpcError(RPC_CODES.forbiddenOnPublicServer, 'Forbidden: the message in this block is not shown here')
    },
  },
  getdifficulty: {
    parameters: '',
    about: 'The difficulty of the newest block, as a multiple of the least one of Bitcoin.',
    arity: [0, 0],
    run: async ({ reader }) => {
      const best = await bestChain(reader)
      return best === undefined ? 1 : difficultyOf(best.bits)
    },
  },
}

async function bestBlock({ reader }: RpcContext) {
  const best = await tip(reader)
  if (best === undefined) throw new RpcError(RPC_CODES.internal, 'there is no block here yet')
  return best
}
