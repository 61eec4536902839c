import type { ReactNode } from 'react'
import { PROMOTED, promotedMessages } from '../../db/queries/promoted.ts'
import { type PageProps, pageRequest } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { Pager } from '../_ui/pager.tsx'
import { PromotedRow } from '../_ui/promoted-row.tsx'
import { Shell } from '../_ui/shell.tsx'

/** The messages that miners put into blocks. */
export default async function PromotedPage({ searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const request = await pageRequest(reader, await searchParams, PROMOTED)
  if (request === undefined) return <BadAddress back="/promoted" />
  const page = await promotedMessages(reader, request)
  return (
    <Shell title="Promoted messages">
      <h1>Promoted messages</h1>
      <p className="note">
        Whoever finds a block may put one message into it. One that is signed stands under its author’s name; the author
        of any other is unknown.
      </p>
      {page.items.length === 0 ? <p className="empty">No block with a message has been indexed yet.</p> : undefined}
      <div className="list">
        {page.items.map((message) => (
          <PromotedRow key={message.height} message={message} now={clock.now()} />
        ))}
      </div>
      <Pager page={page} path="/promoted" nextLabel="Older messages" prevLabel="Newer messages" />
    </Shell>
  )
}
