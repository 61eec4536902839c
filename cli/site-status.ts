const ANSWER_MS = 4_000

/** What /api/v1/status says, as far as the launcher reads it. */
export interface SiteStatus {
  network?: string
  tip?: { height: number; time: number }
  counts: Record<string, number>
  newestPost?: number
  nodes: { at: number; cursor?: number; report: Record<string, unknown> }[]
  indexer?: { at: number; report: Record<string, unknown> }
}

/** The running site's status; undefined when it does not answer. */
export async function siteStatus(address: string): Promise<SiteStatus | undefined> {
  try {
    const response = await fetch(`${address}/api/v1/status`, { signal: AbortSignal.timeout(ANSWER_MS) })
    return response.ok ? ((await response.json()) as SiteStatus) : undefined
  } catch {
    return undefined
  }
}

/** The number at a path of the node's own report, whatever else is in it. */
export function numberAt(report: unknown, path: readonly string[]): number | undefined {
  let value = report
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
