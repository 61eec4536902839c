import pino from 'pino'
import { standardError } from '../node/log.ts'
import { exitWithParent } from '../node/parent.ts'
import { clockFrom, systemClock } from '../node/protocol/clock.ts'
import { networkParams } from '../node/protocol/params.ts'
import { ConfigError, indexerConfig } from './config.ts'
import { type Indexer, openIndexer } from './indexer.ts'

async function main(): Promise<void> {
  const config = indexerConfig(process.env)
  const log = pino({ level: config.logLevel, base: { process: 'indexer' } }, standardError())
  let indexer: Indexer | undefined
  let isStopping = false
  const stop = () => {
    if (isStopping) return
    isStopping = true
    const closed = indexer?.close() ?? Promise.resolve()
    closed.then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'closing failed')
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  exitWithParent(stop)
  indexer = await openIndexer({
    databaseUrl: config.databaseUrl,
    queue: config.queue,
    params: networkParams(config.network, { checkpoints: config.checkpoints }),
    clock: config.clockStart === undefined ? systemClock : clockFrom(config.clockStart),
    log,
    threads: config.threads,
  })
  log.info({ network: config.network, queue: config.queue.kind }, 'indexing')
}

main().catch((error: unknown) => {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
