import { registrationBlock } from '../../../db/queries/registration-block.ts'
import { parseBlock } from '../../../node/protocol/block.ts'
import { bytesToHex, hexToBytes } from '../../../node/protocol/bytes.ts'
import { formatHash, ZERO_HASH } from '../../../node/protocol/hash.ts'
import { parsePushes } from '../../../node/protocol/script.ts'
import {
  parseTransaction,
  type Transaction,
  transactionUsername,
  usernameHash,
} from '../../../node/protocol/transaction.ts'
import { firstPush } from '../block-json.ts'
import type { RpcCalls } from '../call.ts'
import type { JsonObject } from '../json.ts'
import { integerOf, textOf } from '../parameters.ts'
import { RPC_CODES, RpcError } from '../rpc-error.ts'

export const TRANSACTION_CALLS: RpcCalls = {
  getrawtransaction: {
    parameters: '<username> [verbose=0]',
    about: 'The current registration of a name: its bytes in hexadecimal, or what it holds if verbose is not 0.',
    arity: [1, 2],
    run: async ({ reader }, [username, verbose = 0]) => {
      const isVerbose = integerOf(verbose) !== 0
      const found = await registrationBlock(reader, textOf(username))
      if (found === undefined) {
        throw new RpcError(RPC_CODES.invalidAddressOrKey, 'No information available about transaction')
      }
      const tx = parseBlock(found.raw)?.transactions[found.txIndex]
      if (tx === undefined)
        throw new Error(`the stored block at height ${found.height} lacks transaction ${found.txIndex}`)
      const hex = bytesToHex(tx.raw)
      if (!isVerbose) return hex
      return {
        hex,
        ...transactionJson(tx),
        blockhash: formatHash(found.hash),
        height: found.height,
        confirmations: found.tipHeight - found.height + 1,
        time: found.time,
        blocktime: found.time,
      }
    },
  },
  decoderawtransaction: {
    parameters: '<hex>',
    about: 'What a transaction in hexadecimal holds.',
    arity: [1, 1],
    run: async (_context, [hex]) => {
      const bytes = typeof hex === 'string' && hex !== '' ? hexToBytes(hex) : undefined
      if (bytes === undefined) throw new RpcError(RPC_CODES.invalidParameter, 'argument must be hexadecimal string')
      const tx = parseTransaction(bytes)
      if (tx === undefined) throw new RpcError(RPC_CODES.deserialization, 'TX decode failed')
      return transactionJson(tx)
    },
  },
}

/** In the order of the reference's keys (chain.md 8.3). */
function transactionJson(tx: Transaction): JsonObject {
  const username = transactionUsername(tx)
  return {
    // quirk: "txid (= user hash, not the txid; zeros for promoted)" (chain.md 8.3)
    txid: formatHash(username === undefined ? ZERO_HASH : usernameHash(username)),
    version: tx.version,
    message: firstPush(tx.message),
    username: firstPush(tx.userName),
    pubKey: parsePushes(tx.pubKey)?.map(bytesToHex),
    // quirk: "nonce (signed 32-bit)" (chain.md 8.3)
    nonce: tx.nonce | 0,
  }
}
