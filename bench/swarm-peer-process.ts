import pino from 'pino'
import { systemClock } from '../node/protocol/clock.ts'
import { openStore } from '../node/store/store.ts'
import { openSwarms } from '../node/swarm/swarms.ts'
import { monotonicMs, say } from './child.ts'
import { BENCH_NAMES, benchPiece, benchUser, SWARM_PARAMS } from './swarm-names.ts'

// A member of swarms who has posts, or gets them from another member. Arguments: its folder, its address, how many users,
// how many posts of each it starts with, the port of the member at 127.0.0.1 that it knows (or none). Each time it is asked
// it makes one more post of the first user, and says when.

const [folder = '', users = '', posts = '', peer] = process.argv.slice(2)
const log = pino({ level: process.env['WINDSOCK_LOG'] ?? 'warn' }, process.stderr)
const store = await openStore({ path: folder, params: SWARM_PARAMS, log })
const candidates = peer === undefined ? [] : [{ host: '127.0.0.1', port: Number(peer) }]
const swarms = await openSwarms({
  posts: store.posts,
  write: store.write,
  nameView: BENCH_NAMES,
  clock: systemClock,
  log,
  bind: '127.0.0.1',
  port: 0,
  allowAddress: () => true,
  candidates: () => candidates,
})
for (let index = 0; index < Number(users); index++) {
  swarms.follow(benchUser(index))
  for (let k = 0; k < Number(posts); k++) swarms.addPiece(benchUser(index), k, benchPiece(benchUser(index), k), 'local')
}

let next = Number(posts)
process.on('message', () => {
  const piece = benchPiece(benchUser(0), next)
  const madeAtMs = monotonicMs()
  swarms.addPiece(benchUser(0), next, piece, 'local')
  say({ k: next++, madeAtMs })
})
process.once('disconnect', () => process.exit())
say({ port: swarms.port })
