import { rebuildIndex } from '../indexer/rebuild/rebuild.ts'
import { RebuildError } from '../indexer/rebuild/rebuild-run.ts'
import { count, duration } from './progress.ts'
import { rebuildProgress } from './rebuild-progress.ts'
import type { Terminal } from './terminal.ts'

/** Rebuilds the index; the exit code. */
export async function reindex(databaseUrl: string, signal: AbortSignal, terminal: Terminal): Promise<number> {
  const startedAt = performance.now()
  try {
    const { blocks, userposts, values } = await rebuildIndex({
      databaseUrl,
      signal,
      now: () => Date.now() / 1000,
      onProgress: rebuildProgress(terminal),
    })
    const seconds = (performance.now() - startedAt) / 1000
    terminal.say(
      `rebuilt from ${count(blocks)} blocks, ${count(userposts)} posts and ${count(values)} DHT values in ${duration(seconds)}`,
    )
    return 0
  } catch (error) {
    if (signal.aborted) terminal.warn('windsock: stopped; the index is as it was')
    else if (error instanceof RebuildError) {
      terminal.warn(`windsock: ${error.message}`)
      return 1
    }
    throw error
  }
}
