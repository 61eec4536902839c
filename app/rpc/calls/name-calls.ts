import { nameOfUid, nameRecord } from '../../../db/queries/name.ts'
import { namesByPrefix } from '../../../db/queries/people.ts'
import { bytesToHex } from '../../../node/protocol/bytes.ts'
import type { RpcCalls, RpcContext } from '../call.ts'
import { MAX_RPC_NAMES } from '../limits.ts'
import { booleanOf, countOf, integerOf, textOf } from '../parameters.ts'
import { RPC_CODES, RpcError } from '../rpc-error.ts'

export const NAME_CALLS: RpcCalls = {
  listusernamespartial: {
    parameters: '<prefix> <count> [exact=false]',
    about: `Registered names that begin so, A to Z, at most ${MAX_RPC_NAMES}; longer ones too if they are to be exact.`,
    arity: [2, 3],
    run: async ({ reader }, [prefix, count, exact = false]) => {
      booleanOf(exact)
      const limit = countOf(count, MAX_RPC_NAMES)
      const begin = textOf(prefix)
      // "Empty prefix gives no chain names" (chain.md 8.4); no name holds anything but these characters.
      if (limit === 0 || !/^[a-z0-9_]{1,16}$/.test(begin)) return []
      return (await namesByPrefix(reader, begin, { limit })).items.map(({ n }) => n)
    },
  },
  usernametouid: {
    parameters: '<username> [last=true]',
    about: 'The ordinal of a name’s current registration among all transactions of the chain.',
    arity: [1, 2],
    run: async ({ reader }, [username, last = true]) => {
      const record = await nameRecord(reader, textOf(username))
      // quirk: the first registration is not looked up there either (main.cpp:445).
      if (booleanOf(last) && record !== undefined) return record.uid
      throw new RpcError(RPC_CODES.internal, 'UsernameToTxNum failed')
    },
  },
  uidtousername: {
    parameters: '<uid>',
    about: 'Whose registration is the transaction with this ordinal; empty if it registers nobody.',
    arity: [1, 1],
    run: ({ reader }, [uid]) => usernameOfUid(reader, integerOf(uid)),
  },
  dumppubkey: {
    parameters: '<username>',
    about: 'The public key of a name in hexadecimal; empty if there is none.',
    arity: [1, 1],
    run: async ({ reader }, [username]) => {
      const key = (await nameRecord(reader, textOf(username)))?.publicKey
      return key === undefined ? '' : bytesToHex(key)
    },
  },
}

/** "−32603 if out of range" (chain.md 8.5). */
export async function usernameOfUid(reader: RpcContext['reader'], uid: number): Promise<string> {
  const username = await nameOfUid(reader, uid)
  if (username === undefined) throw new RpcError(RPC_CODES.internal, 'TxNumToUsername failed')
  return username
}
