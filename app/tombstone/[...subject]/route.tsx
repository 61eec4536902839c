import type { ReactNode } from 'react'
import type { PageProps } from '../../_lib/params.ts'
import { currentSite } from '../../_lib/site.ts'
import { parseSubject, tombstoneOf } from '../../_lib/tombstone-subject.ts'
import { NotFound } from '../../_ui/not-found.tsx'
import { pageRoute } from '../../_ui/page-route.tsx'
import { Tombstone } from '../../_ui/tombstone.tsx'

export const GET = pageRoute(TombstonePage)

/** The front leads here when what was asked for is hidden; there is no address for it. */
async function TombstonePage({ params }: PageProps): Promise<ReactNode> {
  const { subject: segments } = await params
  const subject = parseSubject(Array.isArray(segments) ? segments : [])
  const tombstone = subject && (await tombstoneOf(currentSite().reader, subject))
  if (subject === undefined || tombstone === undefined) return <NotFound />
  return <Tombstone tombstone={tombstone} what={subject.kind} />
}
