import type { ChildSpec } from './child.ts'
import type { LaunchConfig } from './launch-config.ts'
import type { Supervisor } from './supervisor.ts'
import type { Terminal } from './terminal.ts'

/** Time to close before being killed; with the database's own 4 s they stay below the 10 s for all. */
export const PATIENCE_MS = { site: 1_200, indexer: 1_500, node: 1_800, devnet: 500, database: 4_500 } as const

export interface SystemOptions {
  config: LaunchConfig
  root: string
  terminal: Terminal
  supervisor: Supervisor
  p2pPort: number
  signal: AbortSignal
}

export function childSpec(options: SystemOptions, name: string, main: string, env: ChildSpec['env']): ChildSpec {
  return {
    name,
    args: ['--import', 'tsx', main],
    env,
    cwd: options.root,
    dataDir: options.config.dataDir,
    onWarning: (text) => options.terminal.warn(`${name}: ${text}`),
  }
}
