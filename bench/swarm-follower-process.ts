import pino from 'pino'
import { systemClock } from '../node/protocol/clock.ts'
import { openStore } from '../node/store/store.ts'
import { openSwarms } from '../node/swarm/swarms.ts'
import { rounded, rssAnonMb, say, startMeasuring } from './child.ts'
import { BENCH_NAMES, benchUser, SWARM_PARAMS } from './swarm-names.ts'

// A node that has nothing and follows all users at once. Arguments: its folder, the port of the member who has everything,
// how many users, how many posts there are in all. Ends its measurement when all of them are on disk and in the outbox.

const [folder = '', port = '', users = '', posts = ''] = process.argv.slice(2)
const log = pino({ level: process.env['WINDSOCK_LOG'] ?? 'warn' }, process.stderr)
const store = await openStore({ path: folder, params: SWARM_PARAMS, log })
const swarms = await openSwarms({
  posts: store.posts,
  write: store.write,
  nameView: BENCH_NAMES,
  clock: systemClock,
  log,
  bind: '127.0.0.1',
  port: 0,
  allowAddress: () => true,
  candidates: () => [{ host: '127.0.0.1', port: Number(port) }],
})
process.once('disconnect', () => process.exit())

let stored = 0
const usage = startMeasuring()
swarms.onPost(() => {
  stored++
  if (stored < Number(posts)) return
  say({ usage: usage(), stored: store.outbox.lastSequence(), rss_anon_mb: rounded(rssAnonMb(), 0) })
})
for (let index = 0; index < Number(users); index++) swarms.follow(benchUser(index))
