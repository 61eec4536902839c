import type { ReactNode } from 'react'
import { FOLLOWS, followsOfNode } from '../../db/queries/follows.ts'
import { type PageProps, pageRequest } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { FollowsTable } from '../_ui/follows-table.tsx'
import { Pager } from '../_ui/pager.tsx'
import { Shell } from '../_ui/shell.tsx'

const FOLLOWS_PER_PAGE = 50

/** Whom the node of this site follows, why, and how much of each it has. */
export default async function FollowsPage({ searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const request = await pageRequest(reader, await searchParams, FOLLOWS, FOLLOWS_PER_PAGE)
  if (request === undefined) return <BadAddress back="/follows" />
  const page = await followsOfNode(reader, request)
  return (
    <Shell title="Followed users">
      <h1>Followed users</h1>
      <p className="note">
        Whose swarms the node of this site is in: named by its operator or its setting, or found by the crawl of public
        following lists. A post of anybody else comes here only by chance, or when a reader asks for its author.
      </p>
      {page.items.length === 0 ? (
        <p className="empty">The node follows nobody, or has not reported yet.</p>
      ) : (
        <FollowsTable follows={page.items} now={clock.now()} />
      )}
      <Pager page={page} path="/follows" nextLabel="Next" prevLabel="Previous" />
    </Shell>
  )
}
