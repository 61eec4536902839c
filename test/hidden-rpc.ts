import type { RpcExecute } from '../app/rpc/json-rpc.ts'
import { RpcError } from '../app/rpc/rpc-error.ts'
import { SCENE_PEOPLE, SCENE_TAGS } from './hidden-scene.ts'

/** bob writes most. */
const numbersOf = (n: string) => Array.from({ length: n === 'bob' ? 10 : 4 }, (_, k) => k)
const POSTS = SCENE_PEOPLE.flatMap((n) => numbersOf(n).map((k) => [n, k] as const))
const ALL_FLAGS = 15
const PARTS = ['o', 'post', 'mallory', 'secret', 'erin', 'wordbody']

/** Parameters with which each call of /rpc would say everything. */
async function fillings(rpc: RpcExecute): Promise<Record<string, readonly (readonly unknown[])[]>> {
  const heights = [0, 1, 2]
  const hashes = await Promise.all(heights.map((height) => rpc('getblockhash', [height])))
  const ofEach = SCENE_PEOPLE.map((n) => [n])
  const raws = await Promise.all(SCENE_PEOPLE.map((n) => rpc('getrawtransaction', [n])))
  return {
    decodeshorturl: Array.from({ length: 8 }, (_, uid) => [`twist:${twistOf(uid, 2)}`]),
    decoderawtransaction: raws.map((raw) => [raw]),
    dhtget: dhtFillings(),
    dumppubkey: ofEach,
    getbestblockhash: [[]],
    getblock: hashes.flatMap((hash) => [[hash], [hash, false]]),
    getblockcount: [[]],
    getblockhash: heights.map((height) => [height]),
    getconnectioncount: [[]],
    getdifficulty: [[]],
    getfavs: SCENE_PEOPLE.map((n) => [n, 100]),
    getfollowing: ofEach,
    getinfo: [[]],
    getlasthave: [...ofEach, ['x', SCENE_PEOPLE]],
    getmentions: SCENE_PEOPLE.map((n) => [n, 100]),
    getnumpieces: ofEach,
    getpieceavailability: POSTS,
    getpiecemaxseen: POSTS,
    getposts: [[100, SCENE_PEOPLE.map((username) => ({ username })), ALL_FLAGS]],
    getrawtransaction: SCENE_PEOPLE.flatMap((n) => [[n], [n, 1]]),
    getspamposts: [[100]],
    gettrendinghashtags: [[50]],
    help: [[]],
    listusernamespartial: SCENE_PEOPLE.map((n) => [n.slice(0, 1), 100]),
    listwalletusers: [[]],
    peekpost: POSTS.flatMap(([n, k]) => [
      [n, k],
      [n, k, 'msg,msg2,url,mimetype'],
    ]),
    search: ['messages', 'profiles', 'users', 'hashtags'].flatMap((scope) => PARTS.map((text) => [scope, text, 100])),
    uidtousername: Array.from({ length: 10 }, (_, uid) => [uid]),
    usernametouid: ofEach,
  }
}

function dhtFillings(): (readonly string[])[] {
  const own = ['profile', 'avatar', 'status', 'following1']
  return [
    ...SCENE_PEOPLE.flatMap((n) => [...own.map((r) => [n, r, 's']), [n, 'mention', 'm'], [n, 'tracker', 'm']]),
    ...POSTS.flatMap(([n, k]) => [
      [n, `post${k}`, 's'],
      [n, `replies${k}`, 'm'],
      [n, `rts${k}`, 'm'],
    ]),
    ...SCENE_TAGS.map((tag) => [tag, 'hashtag', 'm']),
    ['!nobody', 'replies2', 'm'],
  ]
}

function twistOf(uid: number, k: number): string {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32LE(uid, 0)
  bytes.writeUInt32LE(k, 4)
  return bytes.toString('base64')
}

/** Everything that /rpc says, by call and parameters. Throws for a call that nobody thought of here. */
export async function sayRpc(rpc: RpcExecute, say: (where: string, what: unknown) => void): Promise<void> {
  const filled = await fillings(rpc)
  const methods = String(await rpc('help', [])).split('\n')
  for (const method of methods.map((line) => line.split(' ')[0] ?? '')) {
    const parameters = filled[method]
    if (parameters === undefined) throw new Error(`a new call of /rpc: ${method}`)
    for (const one of parameters) {
      const answer = await rpc(method, one).catch((error: unknown) => {
        if (error instanceof RpcError) return { code: error.code }
        throw error
      })
      say(`rpc ${method} ${JSON.stringify(one)}`, answer)
    }
  }
}
