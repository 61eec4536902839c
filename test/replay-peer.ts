import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openScriptedPeer, type ScriptedPeer } from '../devnet/scripted-peer.ts'
import { type Clock, clockFrom } from '../node/protocol/clock.ts'
import { networkParams } from '../node/protocol/params.ts'
import { RECORDED_USERS, RECORDING_CLOCK, readRecordings } from './replay-peer-recordings.ts'

/**
 * A peer that serves what reference daemons made: blocks, DHT values and pieces, as raw bytes. It is written on sockets
 * and shares nothing with node/chain, node/dht and node/swarm, so that it stands for the reference.
 */
export async function openReplayPeer(options: { port: number; host?: string; clock?: Clock }): Promise<ScriptedPeer> {
  const { port, host = '127.0.0.1', clock = clockFrom(RECORDING_CLOCK) } = options
  const { blocks, values, pieces } = readRecordings()
  const { magic } = networkParams('main', { checkpoints: false })
  return openScriptedPeer({ host, port, clock, magic, blocks, values, pieces, userAgent: '/twisterd:0.9.40/' })
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: 'string' }, host: { type: 'string' } } })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 64_535) throw new Error('--port N, with N + 1000 at most 65535')
  const peer = await openReplayPeer({ port, host: values.host })
  console.log(JSON.stringify({ connect: [`${peer.host}:${peer.port}`], follow: RECORDED_USERS }))
  const stop = () => void peer.close()
  process.once('SIGINT', stop).once('SIGTERM', stop)
}
