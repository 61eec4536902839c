import { resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import { type ControlTarget, controlTarget } from './control-target.ts'
import type { Terminal } from './terminal.ts'

export interface ControlPlaces {
  root: string
  /** Where the command was typed: relative folders count from it. */
  cwd: string
}

export const DATA_FOLDER = 'the data folder of the instance (default: the first of those below .windsock that runs)'

const NOTHING_RUNS = 3

/** Runs a job on the servers of the running instance, or of the environment, and says what is in its way. */
export async function onTarget(
  { root, cwd }: ControlPlaces,
  dataDir: string | undefined,
  terminal: Terminal,
  job: (target: ControlTarget) => Promise<number>,
): Promise<void> {
  const target = controlTarget(root, dataDir === undefined ? undefined : resolve(cwd, dataDir), process.env)
  if (typeof target === 'string') {
    terminal.warn(`windsock: ${target}`)
    process.exitCode = NOTHING_RUNS
    return
  }
  try {
    process.exitCode = await job(target)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const { ControlFull } = await import('../node/outbox/control.ts')
    if (error instanceof ControlFull) {
      terminal.warn(`windsock: ${error.message}`)
      process.exitCode = 1
      return
    }
    terminal.warn(
      `windsock: the ${target.queue.kind === 'redis' ? 'queue or the database' : 'database'} cannot be used: ${reasonOf(error)}`,
    )
    process.exitCode = 1
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message || error.name : String(error)
}
