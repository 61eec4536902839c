import type { ReactNode } from 'react'
import { MAX_CLIENTS_REMEMBERED } from '../_server/limits.ts'
import { pageRoute } from '../_ui/page-route.tsx'
import { linkTo, Prose } from '../_ui/prose.tsx'
import { richWords, words } from '../_words/words.ts'

export const GET = pageRoute(PrivacyPage)

/** What this program learns of its readers, of those who write, and what others learn. */
function PrivacyPage(): ReactNode {
  const chapters = [
    { id: 'readers', title: words('privacy.readers'), body: <Readers /> },
    { id: 'network', title: words('privacy.network'), body: <Network /> },
    { id: 'authors', title: words('privacy.authors'), body: <Authors /> },
  ]
  return (
    <Prose
      title={words('privacy.title')}
      heading={words('privacy.heading')}
      lead={words('privacy.lead')}
      chapters={chapters}
    />
  )
}

function Readers(): ReactNode {
  return (
    <>
      <p>{words('privacy.readers.log')}</p>
      <p>{words('privacy.readers.limit', { count: MAX_CLIENTS_REMEMBERED })}</p>
      <p>{words('privacy.readers.cookies')}</p>
      <p>{words('privacy.readers.elsewhere')}</p>
      <p>{words('privacy.readers.scripts')}</p>
      <p>{words('privacy.readers.proxy')}</p>
    </>
  )
}

function Network(): ReactNode {
  return (
    <>
      <p>{words('privacy.network.asks')}</p>
      <p>{words('privacy.network.links')}</p>
    </>
  )
}

function Authors(): ReactNode {
  return (
    <>
      <p>{words('privacy.authors.public')}</p>
      <p>{words('privacy.authors.private')}</p>
      <p>{words('privacy.authors.peers')}</p>
      <p>{richWords('privacy.authors.out', { takedown: linkTo('/takedown#author') })}</p>
    </>
  )
}
