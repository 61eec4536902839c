import { setTimeout as delay } from 'node:timers/promises'
import { type ProgressSample, progressLines } from './progress.ts'
import { siteStatus } from './site-status.ts'
import type { Terminal } from './terminal.ts'

const POLL_MS = 2_000

/** Says how the chain sync and the indexing get on, until told to stop. */
export async function watchProgress(address: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const chain = progressLines({ what: 'chain', unit: 'blocks' })
  const index = progressLines({ what: 'index', unit: 'items' })
  while (!signal.aborted) {
    const [node] = (await siteStatus(address))?.nodes ?? []
    say(chain, node?.height, node?.headerHeight)
    say(index, node?.cursor, node?.outboxLast)
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined)
  }

  function say(
    lines: (sample: ProgressSample) => string | undefined,
    done: number | undefined,
    total: number | undefined,
  ): void {
    if (done === undefined || total === undefined) return
    const text = lines({ atMs: performance.now(), done, total })
    if (text !== undefined) terminal.say(text)
  }
}
