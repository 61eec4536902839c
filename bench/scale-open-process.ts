import pino from 'pino'
import { openChain } from '../node/chain/chain.ts'
import { openPeers } from '../node/peers/peers.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { openStore } from '../node/store/store.ts'
import { CHAIN_PARAMS as params } from './chain-file.ts'
import { answerParent, rounded, rssAnonMb, say } from './child.ts'
import { scaleName } from './scale-store.ts'

// A node that starts on a large store. Arguments: its folder, the port of a peer that has nothing new, its height. Times
// are counted from the start of the process.

const LOOKUPS = 200_000
const SAMPLE_MS = 100

const [folder = '', port = '', height = ''] = process.argv.slice(2)
const log = pino({ level: 'warn' }, process.stderr)
const sinceStart = (): number => rounded(performance.now() / 1000)
let peakMb = 0
const sample = (): void => {
  peakMb = Math.max(peakMb, rssAnonMb())
}
const sampling = setInterval(sample, SAMPLE_MS)
answerParent(() => ({}))

const store = await openStore({ path: folder, params, log })
const storeS = sinceStart()
const chain = await openChain({ store, params, clock: systemClock, log })
const chainS = sinceStart()
sample()
const peers = await openPeers({
  chain,
  params,
  addresses: store.addresses,
  clock: systemClock,
  log,
  bind: '127.0.0.1',
  port: 0,
  connect: [{ host: '127.0.0.1', port: Number(port) }],
  exclusive: true,
  userAgent: '/bench:1/',
})
while (!peers.peers().some((peer) => peer.height >= Number(height)) || peers.progress().etaS !== 0) {
  await new Promise((resolve) => setTimeout(resolve, 10))
}
const syncedS = sinceStart()
const openMb = rssAnonMb()
const start = performance.now()
for (let step = 0; step < LOOKUPS; step++) {
  const [record] = chain.nameView.history(scaleName(1 + ((step * 7919) % Number(height))))
  if (record === undefined) throw new Error('a name is not there')
}
const lookupUs = rounded((1000 * (performance.now() - start)) / LOOKUPS)
sample()
clearInterval(sampling)
say({
  height: chain.tip.height,
  headers_hashed: chain.headersHashed,
  store_open_s: storeS,
  chain_open_s: chainS,
  synced_s: syncedS,
  rss_anon_mb: rounded(openMb, 0),
  rss_anon_peak_mb: rounded(peakMb, 0),
  name_lookup_us: lookupUs,
})
