import { setTimeout as delay } from 'node:timers/promises'
import { siteStatus } from './site-status.ts'

const READY_POLL_MS = 200
const READY_ANSWER_MS = 5_000
const SHOWN_WITHIN_MS = 60_000

/** Resolves when the site says that it can answer readers. */
export async function siteAnswers(address: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      const timeout = AbortSignal.timeout(READY_ANSWER_MS)
      const response = await fetch(`${address}/readyz`, { signal: AbortSignal.any([signal, timeout]) })
      if (response.ok) return
    } catch {
      signal.throwIfAborted()
    }
    await delay(READY_POLL_MS, undefined, { signal })
  }
}

/** Resolves when the index holds all that the node has told it of so far, or after a while all the same. */
export async function networkIsShown(address: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + SHOWN_WITHIN_MS
  while (performance.now() < deadline) {
    const status = await siteStatus(address)
    const node = status?.nodes[0]
    const isCaughtUp = node?.isSynced === true && (node.cursor ?? 0) >= (node.outboxLast ?? Infinity)
    if (isCaughtUp && (status?.counts?.posts ?? 0) > 0) return
    await delay(READY_POLL_MS, undefined, { signal })
  }
}
