import type { ReactNode } from 'react'
import { FOLLOWS, followsOfNode } from '../../db/queries/follows.ts'
import { type PageProps, pageRequest } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { FollowsTable } from '../_ui/follows-table.tsx'
import { pageRoute } from '../_ui/page-route.tsx'
import { Pager } from '../_ui/pager.tsx'
import { Shell } from '../_ui/shell.tsx'
import { words } from '../_words/words.ts'

const FOLLOWS_PER_PAGE = 50

export const GET = pageRoute(FollowsPage)

/** Whom the node of this site follows, why, and how much of each it has. */
async function FollowsPage({ searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const request = await pageRequest(reader, await searchParams, FOLLOWS, FOLLOWS_PER_PAGE)
  if (request === undefined) return <BadAddress back="/follows" />
  const page = await followsOfNode(reader, request)
  return (
    <Shell title={words('follows.title')}>
      <h1>{words('follows.title')}</h1>
      <p className="note">{words('follows.note')}</p>
      {page.items.length === 0 ? (
        <p className="empty">{words('follows.empty')}</p>
      ) : (
        <FollowsTable follows={page.items} now={clock.now()} />
      )}
      <Pager page={page} path="/follows" nextLabel={words('follows.next')} prevLabel={words('follows.previous')} />
    </Shell>
  )
}
