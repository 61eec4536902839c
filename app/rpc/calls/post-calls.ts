import { tip } from '../../../db/queries/blocks.ts'
import {
  mentionPieces,
  newestPieces,
  type PieceRow,
  type PiecesRequest,
  pieceOfUser,
} from '../../../db/queries/pieces.ts'
import { promotedRuns } from '../../../db/queries/promoted-runs.ts'
import type { PromotedView, ShownKind } from '../../../db/views.ts'
import { MAX_INT31 } from '../../../node/protocol/limits.ts'
import { pieceJson } from '../bencode-json.ts'
import type { RpcCalls, RpcContext } from '../call.ts'
import type { Json, JsonObject } from '../json.ts'
import { MAX_RPC_FAVOURITES, MAX_RPC_MENTIONS, MAX_RPC_POSTS, MAX_RPC_PROMOTED, MAX_RPC_USERS } from '../limits.ts'
import { arrayOf, countOf, idRangeOf, integerOf, membersOf, textOf } from '../parameters.ts'
import { RPC_CODES, RpcError } from '../rpc-error.ts'

/** "flags RT 1, DM 2, FAV 4, PFAV 12" (dht-swarm-posts.md 0): of the kinds that everybody can read. */
const KIND_FLAGS: readonly (readonly [ShownKind, number])[] = [
  ['post', 0],
  ['reply', 0],
  ['custom', 0],
  ['retwist', 1],
  ['favourite', 4],
]
const HOME_FLAGS = 1

export const POST_CALLS: RpcCalls = {
  getposts: {
    parameters:
      '<count> [{"username":username,"max_id":max_id,"since_id":since_id},...] [allowed_flags=1] [required_flags=0]',
    about:
      `The newest public posts of up to ${MAX_RPC_USERS} users, at most ${MAX_RPC_POSTS}. max_id and since_id may be left out. ` +
      'Flags: 1 retwists, 4 favourites.',
    arity: [2, 4],
    run: async ({ reader }, [count, users, allowed = HOME_FLAGS, required = 0]) => {
      const limit = countOf(count, MAX_RPC_POSTS)
      const asked = arrayOf(users).map(piecesRequestOf)
      if (asked.length > MAX_RPC_USERS) {
        throw new RpcError(RPC_CODES.invalidParameter, `more than ${MAX_RPC_USERS} users`)
      }
      const kinds = kindsOf(integerOf(allowed), integerOf(required))
      return (await newestPieces(reader, asked, kinds, limit)).flatMap(postsJson)
    },
  },
  getfavs: {
    parameters: '<username> <count> [{"max_id":max_id,"since_id":since_id}]',
    about: `The newest public favourites of a user, at most ${MAX_RPC_FAVOURITES}.`,
    arity: [2, 3],
    run: async ({ reader }, [username, count, range = {}]) => {
      const limit = countOf(count, MAX_RPC_FAVOURITES)
      const asked = { username: textOf(username), ...idRangeOf(membersOf(range)) }
      const rows = await newestPieces(reader, [asked], ['favourite'], limit)
      return rows.flatMap(postsJson).map(favouriteJson)
    },
  },
  getmentions: {
    parameters: '<username> <count> [{"max_id":max_id,"since_id":since_id}]',
    about: `Public posts that mention a user, the newest last, at most ${MAX_RPC_MENTIONS}. Their ids count them from the oldest on.`,
    arity: [2, 3],
    run: async ({ reader }, [username, count, range = {}]) => {
      const limit = countOf(count, MAX_RPC_MENTIONS)
      const asked = { username: textOf(username), ...idRangeOf(membersOf(range)) }
      const rows = await mentionPieces(reader, asked, limit)
      if (rows === undefined) throw new RpcError(RPC_CODES.timeout, 'there are too many mentions to count')
      return rows.flatMap((row) => postsJson(row).map((post) => ({ id: row.id, ...post })))
    },
  },
  getspamposts: {
    parameters: '<count> [max_id=-1] [since_id=-1]',
    about: `Promoted messages of blocks, the newest last, at most ${MAX_RPC_PROMOTED}. Their ids are heights.`,
    arity: [1, 3],
    run: async (context, [count, maxId = -1, sinceId = -1]) => {
      const limit = countOf(count, MAX_RPC_PROMOTED)
      const best = await tip(context.reader)
      if (best === undefined) return []
      const asked = integerOf(maxId)
      const maxHeight = asked === -1 ? best.height : Math.min(asked, best.height)
      const sinceHeight = Math.max(integerOf(sinceId), -1)
      const messages = await promotedRuns(context.reader, { maxHeight, sinceHeight, count: limit })
      return messages.reverse().map((message) => promotedJson(message, best.height))
    },
  },
  peekpost: {
    parameters: '<username> <k> [field=*] [timeout=90]',
    about: 'A public post; or of its texts the one with this name, or those of several names with commas between them.',
    arity: [2, 4],
    run: async (context, [username, k, field = '*', timeout = 0]) => {
      integerOf(timeout)
      return peekPost(context, textOf(username), Math.max(integerOf(k), 0), textOf(field))
    },
  },
}

/** "−24 timeout" where there is no such post to read (dht-swarm-posts.md 6.2). */
export async function peekPost({ reader }: RpcContext, username: string, k: number, field: string): Promise<Json> {
  const found = k > MAX_INT31 ? undefined : await pieceOfUser(reader, username, { k })
  const post = found && pieceJson(found.piece)
  if (post === undefined) throw new RpcError(RPC_CODES.timeout, 'timeout or post not found')
  if (field === '*') return post
  const texts = membersOf(post['userpost'])
  const textIn = (name: string): string | undefined => {
    const value = texts.get(name)
    return typeof value === 'string' ? value : undefined
  }
  return field.includes(',') ? field.split(/,+/).map((name) => textIn(name) ?? '') : (textIn(field) ?? null)
}

/** One, or none for a piece that cannot be read. */
export function postsJson({ piece }: PieceRow): JsonObject[] {
  const post = pieceJson(piece)
  return post === undefined ? [] : [post]
}

/** A favourite as the reference lists it; private ones are not for others to read. */
export function favouriteJson(post: JsonObject): JsonObject {
  return { isPrivate: 0, ...post }
}

/** "{userpost:{n, k=height, time=block time, height, msg}, sig_userpost:""}" (dht-swarm-posts.md 5.8). */
function promotedJson({ height, time, n, msg }: PromotedView, tipHeight: number): JsonObject {
  // quirk: "for height 0: k=1 and height = tip" (chain.md 8.6)
  const shown = height === 0 ? { height: tipHeight, k: 1 } : { height, k: height }
  return { sig_userpost: '', userpost: { ...shown, msg, n, time } }
}

function piecesRequestOf(user: unknown): PiecesRequest {
  const members = membersOf(user)
  const username = members.get('username')
  return { username: username === undefined ? '' : textOf(username), ...idRangeOf(members) }
}

/** "a piece passes iff flags ⊆ allowed and ⊇ required" (dht-swarm-posts.md 5.5). */
function kindsOf(allowed: number, required: number): ShownKind[] {
  return KIND_FLAGS.filter(([, flags]) => (flags & ~allowed) === 0 && (required & ~flags) === 0).map(([kind]) => kind)
}
