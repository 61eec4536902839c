import pino from 'pino'
import { openChain } from '../node/chain/chain.ts'
import { openPeers } from '../node/peers/peers.ts'
import { systemClock } from '../node/protocol/clock.ts'
import { openStore } from '../node/store/store.ts'
import { CHAIN_PARAMS as params } from './chain-file.ts'
import { answerParent, rounded, rssAnonMb, say, startMeasuring } from './child.ts'

// The node that syncs, with nothing at hand: chain, store and peers. Arguments: its folder, the peer's port, the height to
// reach. Ends its measurement when the tip has got there, which is told only of what is on disk.

const SAMPLE_MS = 200

const [folder = '', port = '', height = ''] = process.argv.slice(2)
const log = pino({ level: process.env['WINDSOCK_LOG'] ?? 'warn' }, process.stderr)
const usage = startMeasuring()
const store = await openStore({ path: folder, params, log })
const chain = await openChain({ store, params, clock: systemClock, log })
let peakMb = 0
const sampling = setInterval(() => {
  peakMb = Math.max(peakMb, rssAnonMb())
}, SAMPLE_MS)
const done = new Promise<void>((resolve) => {
  chain.onTip((tip) => {
    if (tip.height >= Number(height)) resolve()
  })
})
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
answerParent(() => ({ height: chain.tip.height, headers: chain.bestHeader.height }))
await done
const figures = usage()
clearInterval(sampling)
say({
  done: true,
  usage: figures,
  rss_anon_peak_mb: rounded(Math.max(peakMb, rssAnonMb()), 0),
  refused: peers.refused(),
})
