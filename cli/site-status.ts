import type { StatusView } from '../db/views.ts'

const ANSWER_MS = 4_000

/** What the running site's /api/v1/status says; undefined when it does not answer. */
export async function siteStatus(address: string): Promise<StatusView | undefined> {
  try {
    const response = await fetch(`${address}/api/v1/status`, { signal: AbortSignal.timeout(ANSWER_MS) })
    return response.ok ? ((await response.json()) as StatusView) : undefined
  } catch {
    return undefined
  }
}
