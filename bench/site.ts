import { benchLaid } from './api.ts'
import type { MeasureApi, Progress } from './measure.ts'
import { measureBytes } from './site-bytes.ts'
import { measureRequests } from './site-requests.ts'

/** In the order in which they run. */
const PARTS: Readonly<Record<string, MeasureApi>> = { bytes: measureBytes, requests: measureRequests }

export const SITE_PARTS: readonly string[] = Object.keys(PARTS)

/** What pages weigh, and what it takes to make and to send them. */
export function benchSite(
  options: { posts: number; only: readonly string[]; cache?: string | undefined },
  progress: Progress,
): Promise<object> {
  return benchLaid('site', PARTS, options, progress)
}
