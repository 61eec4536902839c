import {
  favouriteMatches,
  hashtagMatches,
  type MessageMatch,
  messageMatches,
  nameMatches,
  profileMatches,
} from '../../../db/queries/text-matches.ts'
import { MAX_TRENDS, trends } from '../../../db/queries/trends.ts'
import type { TrendView } from '../../../db/views.ts'
import { dhtContentJson } from '../bencode-json.ts'
import type { RpcCalls, RpcContext } from '../call.ts'
import type { Json } from '../json.ts'
import { MAX_RPC_FOUND, MAX_RPC_SEARCH_CHARACTERS, MAX_RPC_SEARCH_WORDS } from '../limits.ts'
import { countOf, integerOf, membersOf, textOf } from '../parameters.ts'
import { RPC_CODES, RpcError } from '../rpc-error.ts'
import { favouriteJson, postsJson } from './post-calls.ts'

const DAY_S = 86_400

export const SEARCH_CALLS: RpcCalls = {
  search: {
    parameters:
      '<scope> <text> <count> [{"username":username,"mode":"exact"|"all"|"any","case":"sensitive"|"insensitive","agemin":days,"agemax":days}]',
    about: `What holds a text, at most ${MAX_RPC_FOUND}. Scopes: messages, profiles, users, hashtags, and the favorites of one user.`,
    arity: [3, 4],
    run: async (context, [scope, text, count, options = {}]) => {
      const asked = { scope: textOf(scope), text: textOf(text), count: countOf(count, MAX_RPC_FOUND) }
      if (asked.text === '') throw new RpcError(RPC_CODES.misc, 'Empty <text> parameter')
      if (asked.text.length > MAX_RPC_SEARCH_CHARACTERS) {
        throw new RpcError(RPC_CODES.invalidParameter, `a text of more than ${MAX_RPC_SEARCH_CHARACTERS} characters`)
      }
      const found = await search(context, asked, matchOf(asked.text, membersOf(options), context.clock.now()))
      if (found === undefined) throw new RpcError(RPC_CODES.timeout, 'it took too long')
      return found
    },
  },
  gettrendinghashtags: {
    parameters: '<count>',
    about: `The hashtags that are most in use, at most ${MAX_TRENDS}.`,
    arity: [1, 1],
    run: async ({ reader, clock }, [count]) => {
      const { items } = await trends(reader, { at: clock.now(), by: 'twister', limit: MAX_TRENDS })
      return oneTagAScore(items).slice(0, countOf(count, MAX_TRENDS))
    },
  },
}

/** The highest score first. */
// quirk: "keeps one tag per equal score" (dht-swarm-posts.md 3.9), the last by its bytes.
function oneTagAScore(items: readonly TrendView[]): string[] {
  const tags = new Map<number, string>()
  for (const { tag, twisterScore } of items) {
    const other = tags.get(twisterScore)
    if (other === undefined || Buffer.compare(Buffer.from(other), Buffer.from(tag)) < 0) tags.set(twisterScore, tag)
  }
  return [...tags.values()]
}

interface Asked {
  scope: string
  text: string
  count: number
}

/** Undefined when it takes too long. */
async function search(
  { reader }: RpcContext,
  { scope, text, count }: Asked,
  match: MessageMatch,
): Promise<Json[] | undefined> {
  switch (scope) {
    case 'messages':
      return (await messageMatches(reader, match, count))?.flatMap(postsJson)
    case 'favorites': {
      const { username } = match
      if (username === undefined) throw new RpcError(RPC_CODES.invalidParameter, 'whose favorites: give a username')
      const found = await favouriteMatches(reader, { ...match, username }, count)
      return found?.flatMap(postsJson).map(favouriteJson)
    }
    case 'profiles':
      return (await profileMatches(reader, match, count))?.map(({ username, p }) => ({
        profile: dhtContentJson(p),
        username,
      }))
    case 'users':
      return nameMatches(reader, text, count)
    case 'hashtags':
      return hashtagMatches(reader, text, count)
    case 'directmsgs':
      throw new RpcError(RPC_CODES.forbiddenOnPublicServer, 'Forbidden: direct messages are for nobody here to read')
    default:
      throw new RpcError(RPC_CODES.misc, 'Unknown <scope> value')
  }
}

/** What is of another type than it should be counts as not given. */
function matchOf(text: string, options: ReadonlyMap<string, unknown>, now: number): MessageMatch {
  const word = (name: string) => {
    const value = options.get(name)
    return typeof value === 'string' && value !== '' ? textOf(value) : undefined
  }
  const timeOfAge = (name: string) => {
    const days = options.get(name)
    return Number.isInteger(days) ? Math.floor(now) - integerOf(days) * DAY_S : undefined
  }
  const mode = word('mode')
  const isExact = mode !== 'all' && mode !== 'any'
  return {
    mode: isExact ? 'all' : mode,
    keywords: isExact
      ? [text]
      : text
          .split(' ')
          .filter((part) => part !== '')
          .slice(0, MAX_RPC_SEARCH_WORDS),
    isCaseSensitive: word('case') !== 'insensitive',
    username: word('username'),
    notAfter: timeOfAge('agemin'),
    notBefore: timeOfAge('agemax'),
  }
}
