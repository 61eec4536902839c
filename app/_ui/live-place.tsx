import type { ReactNode } from 'react'
import { streamEnd } from '../../db/queries/stream.ts'
import { currentSite } from '../_lib/site.ts'

/**
 * Where new posts are offered to who has JavaScript. `filters`: those of the stream that tell of posts which belong
 * into the list below; what the list holds was told of before the id that goes with them.
 */
export async function LivePlace({ filters }: { filters: Readonly<Record<string, string>> }): Promise<ReactNode> {
  const { id, atMs } = await streamEnd(currentSite().reader)
  const query = new URLSearchParams({ ...filters, lastEventId: `${id}-${atMs}` })
  return <div className="live" role="status" data-live={query.toString()} />
}
