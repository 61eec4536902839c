import { join } from 'node:path'
import { readOwnerFile } from '../db/embedded-owner.ts'
import { isRunning } from '../db/embedded-process.ts'
import { defaultDataDir } from './launch-config.ts'

/** The data folder on which something runs: the given one, or the first of those below .windsock. */
export function liveDataDir(root: string, given: string | undefined): string | undefined {
  const folders =
    given === undefined ? (['main', 'regtest', 'demo'] as const).map((name) => defaultDataDir(root, name)) : [given]
  return folders.find((dataDir) => {
    const launcher = readOwnerFile(join(dataDir, 'launcher.json'))
    return launcher !== undefined && isRunning(launcher)
  })
}
