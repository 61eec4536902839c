import { pino } from 'pino'
import { standardError } from '../node/log.ts'
import { exitWithParent } from '../node/parent.ts'
import { clockFrom, systemClock } from '../node/protocol/clock.ts'
import { devnetConfig } from './config.ts'
import { openDevnet } from './network.ts'

// A process for the demo: one line of JSON on standard output when the opening history is in place, then posts and
// blocks every few seconds until SIGTERM, or until the launcher is gone.
const config = devnetConfig(process.env)
const log = pino({ level: config.logLevel, base: { process: 'devnet' } }, standardError())
const clock = config.clockStart === undefined ? systemClock : clockFrom(config.clockStart)
const stopping = new AbortController()
const stop = () => stopping.abort(new Error('stopped'))
process.once('SIGINT', stop).once('SIGTERM', stop)
exitWithParent(stop)

try {
  const devnet = await openDevnet({ ...config, clock, log, signal: stopping.signal })
  stopping.signal.addEventListener('abort', () => void devnet.stop())
  if (stopping.signal.aborted) await devnet.stop()
  else {
    const connect = devnet.connect.map(({ host, port }) => `${host}:${port}`)
    process.stdout.write(`${JSON.stringify({ connect, follow: devnet.authors })}\n`)
    devnet.start()
  }
} catch (error) {
  if (!stopping.signal.aborted) {
    log.error({ err: error }, 'the private network cannot run')
    process.exitCode = 1
  }
}
