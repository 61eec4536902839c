import {
  type DhtValueRow,
  dhtValuesBy,
  followerCount,
  hiddenAmong,
  singleDhtValue,
} from '../../../db/queries/dht-values.ts'
import { nameRecord } from '../../../db/queries/name.ts'
import { pieceOfUser, piecesOfResource, type StampedPieceRow } from '../../../db/queries/pieces.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { bytesEqual } from '../../../node/protocol/bytes.ts'
import { targetHash } from '../../../node/protocol/dht-target.ts'
import { hash160 } from '../../../node/protocol/hash.ts'
import type { Username } from '../../../node/protocol/username.ts'
import { dhtValueJson, pieceJson, postHashInValue } from '../bencode-json.ts'
import type { RpcCalls } from '../call.ts'
import { parseDhtResource } from '../dht-resource.ts'
import type { JsonObject } from '../json.ts'
import { MAX_RPC_POSTS } from '../limits.ts'
import { integerOf, textOf } from '../parameters.ts'

export const DHT_CALLS: RpcCalls = {
  dhtget: {
    parameters: '<username> <resource> <s|m> [timeout_ms] [timeout_multi_ms] [min_multi]',
    about:
      'What this site has of a resource of the DHT: profile, avatar, status, following1..., post0... (s); hashtag, mention, ' +
      'replies0..., rts0..., tracker (m). Where sig_p is empty, nobody signed the value, but the post in it is signed.',
    arity: [3, 6],
    run: async ({ reader }, [n, r, t, ...numbers]) => {
      numbers.forEach(integerOf)
      return valuesOf(reader, { n: textOf(n), r: textOf(r), t: textOf(t) })
    },
  },
}

interface Asked {
  n: string
  r: string
  t: string
}

async function valuesOf(sql: Reader, asked: Asked): Promise<JsonObject[]> {
  const resource = parseDhtResource(asked.n, asked.r, asked.t)
  switch (resource?.kind) {
    case undefined:
      return []
    case 'profile':
    case 'avatar':
      return ownValue(sql, resource.username, asked.r)
    case 'following':
      return followingValue(sql, resource.username, asked.r)
    case 'tracker':
      return trackerValue(sql, resource.username)
    case 'status': {
      const last = await pieceOfUser(sql, resource.username, { kinds: ['post', 'reply', 'retwist', 'custom'] })
      return last === undefined ? [] : (await postValues(sql, asked, [last], last.k)).slice(0, 1)
    }
    case 'post': {
      const post = await pieceOfUser(sql, resource.username, { k: resource.k })
      return post === undefined ? [] : (await postValues(sql, asked, [post], POST_SEQ)).slice(0, 1)
    }
    case 'list':
      return postValues(sql, asked, await piecesOfResource(sql, resource.list, MAX_RPC_POSTS), undefined)
  }
}

/** "post<k>: seq 1" (dht-swarm-posts.md 3.8). */
const POST_SEQ = 1

async function ownValue(sql: Reader, username: Username, r: string): Promise<JsonObject[]> {
  const key = (await nameRecord(sql, username))?.publicKey
  const value = key && (await singleDhtValue(sql, { username, r, keyId: hash160(key) }))
  return value === undefined ? [] : valueJson(value)
}

function valueJson(value: DhtValueRow): JsonObject[] {
  const json = dhtValueJson(value)
  return json === undefined ? [] : [json]
}

/** Who is not shown is not in it; then it is no longer what was signed. */
async function followingValue(sql: Reader, username: Username, r: string): Promise<JsonObject[]> {
  const [value] = await ownValue(sql, username, r)
  const p = value?.['p']
  const names = isObject(p) && Array.isArray(p['v']) ? p['v'].filter((name) => typeof name === 'string') : undefined
  if (value === undefined || !isObject(p) || names === undefined) return []
  const hidden = new Set(await hiddenAmong(sql, names))
  if (hidden.size === 0) return [value]
  return [{ ...value, p: { ...p, v: names.filter((name) => !hidden.has(name)) }, sig_p: '' }]
}

/** The addresses of a swarm are nobody's business: they are left out. */
async function trackerValue(sql: Reader, username: Username): Promise<JsonObject[]> {
  const followers = await followerCount(sql, username)
  if (followers === 0) return []
  return [{ p: { target: { n: username, r: 'tracker', t: 'm' }, v: { followers, values: [], values_size: 0 } } }]
}

/**
 * The values that carry these posts, as their authors signed them; for a post that came another way, one that nobody
 * signed. A value with another post, or with one that is not shown, is left out.
 */
async function postValues(
  sql: Reader,
  asked: Asked,
  posts: readonly StampedPieceRow[],
  seq: number | undefined,
): Promise<JsonObject[]> {
  const target = targetHash({ n: asked.n, r: asked.r, t: asked.t === 's' ? 's' : 'm' })
  const signers = [...new Set(posts.map(({ username }) => username))]
  const signed = (await dhtValuesBy(sql, target, signers)).map((value) => ({ value, hash: postHashInValue(value.p) }))
  return posts.flatMap((post): JsonObject[] => {
    const own = signed.filter(
      ({ value, hash }) => value.sigUser === post.username && hash !== undefined && bytesEqual(hash, post.contentHash),
    )
    return own.length > 0 ? own.flatMap(({ value }) => valueJson(value)) : unsignedValue(asked, post, seq)
  })
}

function unsignedValue(asked: Asked, post: StampedPieceRow, seq: number | undefined): JsonObject[] {
  const v = pieceJson(post.piece)
  if (v === undefined) return []
  const { n, r, t } = asked
  const p = { height: post.height, seq, target: { n, r, t }, time: post.time, v }
  return [{ p, sig_p: '', sig_user: post.username }]
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
