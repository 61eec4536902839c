import pino from 'pino'
import { ConfigError, type NodeConfig, nodeConfig } from './config.ts'
import { type Log, standardError } from './log.ts'
import { openNode } from './node.ts'
import { exitWithParent } from './parent.ts'
import { clockFrom, systemClock } from './protocol/clock.ts'
import { StoreError } from './store/store.ts'

/** Ends the process by itself if closing takes longer. */
const CLOSE_TIMEOUT_MS = 8_000

function configOrExit(): NodeConfig {
  try {
    return nodeConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
}

function sentence(error: unknown, config: NodeConfig): string | undefined {
  if (error instanceof StoreError) return error.message
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const ports = `${config.bind}:${config.port} and ${config.bind}:${config.port + 1000}`
  if (code === 'EADDRINUSE') return `One of the node's addresses ${ports} is in use; choose others with --p2p-port.`
  if (code === 'EADDRNOTAVAIL') return `The node's addresses ${ports} are not this machine's; choose with --bind.`
  if (code === 'EACCES') return `The node may not listen on ${ports}; choose others with --p2p-port.`
  return undefined
}

async function main(config: NodeConfig, log: Log): Promise<void> {
  const clock = config.clockStart === undefined ? systemClock : clockFrom(config.clockStart)
  const node = await openNode(config, clock, log)
  log.info({ network: config.network, port: config.port, height: node.chain.tip.height }, 'node is open')
  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    setTimeout(() => process.exit(1), CLOSE_TIMEOUT_MS).unref()
    void node.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  exitWithParent(stop)
}

const config = configOrExit()
const log = pino({ level: config.logLevel, base: { process: 'node' } }, standardError())
main(config, log).catch((error: unknown) => {
  const known = sentence(error, config)
  if (known === undefined) log.error({ err: error }, 'the node cannot go on')
  else process.stderr.write(`${known}\n`)
  process.exit(1)
})
