import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { repairDatabaseFile } from './database-file.ts'
import { DamagedFile } from './database-pages.ts'

/** A data folder held by this process, until it lets go or ends, however it ends. */
export interface FolderLock {
  release(): Promise<void>
}

/**
 * Holds a folder, or returns the id of the process that does. LMDB's table of readers is the lock: an entry counts only
 * while the process that made it lives, which the operating system's file locks tell, so nothing is left by a kill and
 * an id that was given away again is no trouble. The database for it is one of its own and stays empty, for in one that
 * is written to a standing reader would keep every page from being used again.
 */
export async function lockFolder(path: string): Promise<FolderLock | { pid: number }> {
  dropDamaged(join(path, 'lock', 'data.mdb'))
  const root: RootDatabase = open({ path: join(path, 'lock'), mapSize: 1 << 20, encoding: 'binary' })
  // First the own entry, then the look at others: of two that start together at least one sees the other.
  // biome-ignore lint/correctness/useHookAtTopLevel: the name is LMDB's, not a hook's
  const reader = root.useReadTransaction()
  root.get('', { transaction: reader })
  root.readerCheck()
  const pid = otherReaders(root.readerList())[0]
  let releasing: Promise<void> | undefined
  const release = async (): Promise<void> => {
    reader.done()
    await root.close()
  }
  if (pid !== undefined) {
    await release()
    return { pid }
  }
  return {
    release: () => {
      releasing ??= release()
      return releasing
    },
  }
}

/** Nothing is stored in it, and its readers are listed elsewhere. */
function dropDamaged(file: string): void {
  try {
    repairDatabaseFile(file, false)
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error
    rmSync(file)
  }
}

function otherReaders(list: string): number[] {
  return Array.from(list.matchAll(/^ *(\d+) /gm), ([, pid]) => Number(pid)).filter((pid) => pid !== process.pid)
}
