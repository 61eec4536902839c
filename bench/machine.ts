import { availableParallelism, cpus } from 'node:os'

/** What the figures were taken on. */
export function machine(): object {
  return { cpus: availableParallelism(), model: cpus()[0]?.model ?? 'unknown', node: process.version }
}
