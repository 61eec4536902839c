import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import pino from 'pino'
import { systemClock } from '../node/protocol/clock.ts'
import { openStore } from '../node/store/store.ts'
import { openSwarms } from '../node/swarm/swarms.ts'
import { rounded, rssAnonMb, say } from './child.ts'
import { BENCH_NAMES, benchUser, SWARM_PARAMS } from './swarm-names.ts'

// A node that follows many users whose swarms are idle. Arguments: its folder with their posts, how many users. Says what its memory is before and after, and what its processor does while nothing happens.

const HOLDS_STILL_MS = 5_000

const [folder = '', users = ''] = process.argv.slice(2)
const log = pino({ level: process.env['WINDSOCK_LOG'] ?? 'warn' }, process.stderr)
process.once('disconnect', () => process.exit())
const store = await openStore({ path: folder, params: SWARM_PARAMS, log })

for (let index = 0; index < Number(users); index++) BENCH_NAMES.history(benchUser(index))
const swarms = await openSwarms({
  posts: store.posts,
  write: store.write,
  nameView: BENCH_NAMES,
  clock: systemClock,
  log,
  bind: '127.0.0.1',
  port: 0,
  allowAddress: () => true,
})

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** What is in use, without what only waits to be collected. */
async function settledMb(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collectGarbage()
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  return rssAnonMb()
}

/** Share of a processor's time that this process takes while nothing happens. */
async function idleShare(): Promise<number> {
  const cpu = process.cpuUsage()
  await new Promise((resolve) => setTimeout(resolve, HOLDS_STILL_MS))
  const { user, system } = process.cpuUsage(cpu)
  return rounded((user + system) / 1000 / HOLDS_STILL_MS, 4)
}

const before = await settledMb()
const idle_before = await idleShare()
const start = performance.now()
for (let index = 0; index < Number(users); index++) swarms.follow(benchUser(index))
const followMs = performance.now() - start
const after = await settledMb()
const idle_after = await idleShare()
say({
  before_mb: rounded(before, 1),
  after_mb: rounded(after, 1),
  follow_ms: rounded(followMs, 0),
  idle_cpu_share: { before: idle_before, after: idle_after },
})
