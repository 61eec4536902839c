import { sha256, ZERO_HASH } from '../node/protocol/hash.ts'
import type { NameRecord, NameView } from '../node/protocol/name-view.ts'
import { networkParams } from '../node/protocol/params.ts'
import { encodePush } from '../node/protocol/script.ts'
import { publicKeyOf } from '../node/protocol/signature.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import { signUserpost } from '../node/protocol/userpost.ts'

export const SWARM_PARAMS = networkParams('regtest', { checkpoints: false })

const TIP_HEIGHT = 10_000
const REGISTERED_AT = 10
const FIRST_TIME = 1_795_358_400
const TEXT = 'A hundred characters or so, as people write them: a thought, a link, somebody named, and a word more. '

const keyOf = (name: string): Uint8Array => sha256(new TextEncoder().encode(`bench key of ${name}`))

/** The users of the swarm benchmarks: `user0`, `user1`… */
export function benchUser(index: number): Username {
  const username = parseUsername(`user${index}`)
  if (username === undefined) throw new Error('not a username')
  return username
}

const registrations = new Map<Username, readonly NameRecord[]>()

/** A chain on which all of them are registered: what the swarms' rules need of one. */
export const BENCH_NAMES: NameView = {
  tipHeight: TIP_HEIGHT,
  history: (name) => {
    const known = registrations.get(name)
    if (known !== undefined) return known
    const pubKeyScript = encodePush(publicKeyOf(keyOf(name)))
    const records = [{ height: REGISTERED_AT, blockHash: ZERO_HASH, txid: ZERO_HASH, pubKeyScript, index: 0 }]
    registrations.set(name, records)
    return records
  },
}

/** Post k of a user, signed: the same bytes in every process. */
export function benchPiece(user: Username, k: number): Uint8Array {
  const fields = { n: user, k, height: 500, time: FIRST_TIME + k, msg: `${TEXT}${k}`, ...(k > 0 && { lastk: k - 1 }) }
  return signUserpost(fields, keyOf(user))
}
