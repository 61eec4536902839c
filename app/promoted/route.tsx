import type { ReactNode } from 'react'
import { PROMOTED, promotedMessages } from '../../db/queries/promoted.ts'
import { type PageProps, pageRequest } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { BadAddress } from '../_ui/bad-address.tsx'
import { pageRoute } from '../_ui/page-route.tsx'
import { Pager } from '../_ui/pager.tsx'
import { PromotedRow } from '../_ui/promoted-row.tsx'
import { Shell } from '../_ui/shell.tsx'
import { words } from '../_words/words.ts'

export const GET = pageRoute(PromotedPage)

/** The messages that miners put into blocks. */
async function PromotedPage({ searchParams }: PageProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const request = await pageRequest(reader, await searchParams, PROMOTED)
  if (request === undefined) return <BadAddress back="/promoted" />
  const page = await promotedMessages(reader, request)
  return (
    <Shell title={words('promoted.title')} aside={<Explanation />}>
      <h1>{words('promoted.title')}</h1>
      <p className="note">{words('promoted.note')}</p>
      {page.items.length === 0 ? <p className="empty">{words('promoted.empty')}</p> : undefined}
      <div className="list">
        {page.items.map((message) => (
          <PromotedRow key={message.height} message={message} now={clock.now()} />
        ))}
      </div>
      <Pager page={page} path="/promoted" nextLabel={words('promoted.older')} prevLabel={words('promoted.newer')} />
    </Shell>
  )
}

function Explanation(): ReactNode {
  return (
    <section className="notes">
      <h2>{words('promoted.how')}</h2>
      <p>{words('promoted.how.text')}</p>
    </section>
  )
}
