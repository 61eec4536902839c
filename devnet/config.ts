import { DEFAULT_SEED } from './seed.ts'

export interface DevnetConfig {
  readonly seed: string
  readonly dataDir: string
  /** Unix seconds at which the clock starts; absent: the system's clock. */
  readonly clockStart: number | undefined
  readonly logLevel: string
}

/** The only reader of the devnet process's environment; the launcher has checked it. */
export function devnetConfig(env: Readonly<Record<string, string | undefined>>): DevnetConfig {
  const clock = env['WINDSOCK_CLOCK']
  return {
    seed: env['WINDSOCK_SEED'] || DEFAULT_SEED,
    dataDir: env['WINDSOCK_DATA'] || '.windsock/devnet',
    clockStart: clock === undefined || clock === '' ? undefined : Number(clock),
    logLevel: env['WINDSOCK_LOG'] || 'info',
  }
}
