import { followedNames, holdersOfPost, swarmNumbers } from '../../../db/queries/swarm-numbers.ts'
import type { RpcCall, RpcCalls, RpcContext } from '../call.ts'
import type { JsonObject } from '../json.ts'
import { MAX_RPC_USERS } from '../limits.ts'
import { arrayOf, integerOf, type RpcParameters, textOf } from '../parameters.ts'
import { RPC_CODES, RpcError } from '../rpc-error.ts'

const HOLDERS: RpcCall = {
  parameters: '<username> <k>',
  about: 'How many nodes behind this site have a post.',
  arity: [2, 2],
  run: ({ reader }, [username, k]) => holdersOfPost(reader, textOf(username), integerOf(k)),
}

/** Nobody has an account here: what the reference keeps for one is read from the list that a user publishes. */
export const SWARM_CALLS: RpcCalls = {
  getfollowing: {
    parameters: '<username>',
    about: 'Whom a user publicly follows.',
    arity: [1, 1],
    run: ({ reader }, [username]) => followedNames(reader, textOf(username)),
  },
  getlasthave: {
    parameters: '<username> [[username,...]]',
    about: `The highest number known of of each of up to ${MAX_RPC_USERS} users, -1 for none; of those whom a user publicly follows if none are named.`,
    arity: [1, 2],
    run: async (context, parameters) => {
      const usernames = await usernamesOf(context, parameters)
      const rows = await swarmNumbers(context.reader, usernames)
      return numbersJson(usernames, new Map(rows.map(({ username, lastK }) => [username, lastK])))
    },
  },
  getnumpieces: {
    parameters: '<username>',
    about: 'How many posts are here of each of those whom a user publicly follows, -1 for none.',
    arity: [1, 1],
    run: async (context, parameters) => {
      const usernames = await usernamesOf(context, parameters)
      const rows = await swarmNumbers(context.reader, usernames)
      return numbersJson(usernames, new Map(rows.map(({ username, held }) => [username, held])))
    },
  },
  getpieceavailability: HOLDERS,
  getpiecemaxseen: HOLDERS,
}

/** Each once, A to Z by bytes, as the reference's set has them. */
async function usernamesOf({ reader }: RpcContext, [username, named]: RpcParameters): Promise<string[]> {
  const whose = textOf(username)
  const usernames = named === undefined ? await followedNames(reader, whose) : arrayOf(named).map(textOf)
  const distinct = [...new Set(usernames)].sort()
  if (distinct.length <= MAX_RPC_USERS) return distinct
  if (named === undefined) return distinct.slice(0, MAX_RPC_USERS)
  throw new RpcError(RPC_CODES.invalidParameter, `more than ${MAX_RPC_USERS} users`)
}

function numbersJson(usernames: readonly string[], numbers: ReadonlyMap<string, number>): JsonObject {
  return Object.fromEntries(usernames.map((username) => [username, numbers.get(username) ?? -1]))
}
