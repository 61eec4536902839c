import fc from 'fast-check'

type Parameter = fc.Arbitrary<unknown>

const integer = fc.oneof(
  fc.integer({ min: -3, max: 60 }),
  fc.constantFrom(-(2 ** 31) - 1, -(2 ** 31), 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e308, 0.5, 1000),
)
const username = fc
  .constantFrom('alice', 'bob', 'carol', 'evil', 'saltbush', 'dave', 'nobodyx', '!alice', 'ALICE')
  .map(String)
const oddText = fc.oneof(
  fc.constantFrom('', '\0', '\ud800', '%', '_', '\\', '(', '*', 'twister', 'hello world', 'n,msg,,k', '__proto__'),
  fc.constantFrom('x'.repeat(5000), 'a '.repeat(200), '💨'.repeat(99)),
  fc.string({ unit: 'binary', maxLength: 30 }),
)
const name = fc.oneof({ weight: 4, arbitrary: username }, { weight: 1, arbitrary: oddText })
const text = fc.oneof(name, oddText)
const options = fc.record(
  {
    username: name,
    max_id: integer,
    since_id: integer,
    mode: fc.constantFrom('exact', 'all', 'any', 'none'),
    case: fc.constantFrom('sensitive', 'insensitive'),
    agemin: integer,
    agemax: integer,
  },
  { requiredKeys: [] },
)
const resource = fc.oneof(
  fc.constantFrom('profile', 'avatar', 'status', 'hashtag', 'mention', 'tracker', 'replies0', 'rts2147483648'),
  fc.constantFrom('post1', 'post01', 'following1', 'following2147483647', 'posts'),
)
const hash = fc.oneof(fc.stringMatching(/^[0-9a-f]{64}$/), fc.constantFrom('0'.repeat(64), 'zz'))
const link = fc
  .uint8Array({ minLength: 7, maxLength: 9 })
  .map((bytes) => `twist:${Buffer.from(bytes).toString('base64')}`)
const hex = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const scope = fc.constantFrom('messages', 'favorites', 'profiles', 'users', 'hashtags', 'directmsgs', 'nothing')

/** Of each method of /rpc what its parameters are, by position. */
export const RPC_PARAMETERS: Readonly<Record<string, readonly Parameter[]>> = {
  decoderawtransaction: [hex],
  decodeshorturl: [link],
  dhtget: [text, fc.oneof(resource, text), fc.constantFrom('s', 'm', 'x'), integer, integer],
  dumppubkey: [name],
  getbestblockhash: [],
  getblock: [hash],
  getblockcount: [],
  getblockhash: [integer],
  getconnectioncount: [],
  getdifficulty: [],
  getfavs: [name, integer, options],
  getfollowing: [name],
  getinfo: [],
  getlasthave: [name, fc.array(name, { maxLength: 250 })],
  getmentions: [name, integer, options],
  getnumpieces: [name],
  getpieceavailability: [name, integer],
  getpiecemaxseen: [name, integer],
  getposts: [integer, fc.array(options, { maxLength: 250 }), integer, integer],
  getrawtransaction: [name, integer],
  getspamposts: [integer, integer, integer],
  gettrendinghashtags: [integer],
  help: [text],
  listusernamespartial: [text, integer, fc.boolean()],
  listwalletusers: [],
  peekpost: [name, integer, text, integer],
  search: [scope, text, integer, options],
  uidtousername: [integer],
  usernametouid: [name],
}

const anything = fc.oneof(fc.jsonValue(), text, integer)

/** Parameters of a call: as they should be, one of them anything at all, some left out, or one too many. */
export function fuzzedRpcParameters(parameters: readonly Parameter[]): fc.Arbitrary<unknown[]> {
  return fc
    .tuple(fc.tuple(...parameters), fc.nat(parameters.length + 1), fc.nat(3 * parameters.length + 3), anything)
    .map(([values, length, wrong, odd]) => {
      const all: unknown[] = [...values, odd].slice(0, length === 0 ? parameters.length : length)
      if (wrong < all.length) all[wrong] = odd
      return all
    })
}
