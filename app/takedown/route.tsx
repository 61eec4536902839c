import type { ReactNode } from 'react'
import { currentSite } from '../_lib/site.ts'
import { pageRoute } from '../_ui/page-route.tsx'
import { linkTo, Prose } from '../_ui/prose.tsx'
import { richWords, words } from '../_words/words.ts'

export const GET = pageRoute(TakedownPage)

/** Whom to ask that something is not shown, what that does, and what it cannot do. */
function TakedownPage(): ReactNode {
  const { contact } = currentSite()
  const chapters = [
    { id: 'contact', title: words('takedown.contact'), body: <Contact contact={contact} /> },
    { id: 'author', title: words('takedown.author'), body: <Author /> },
    { id: 'blocked', title: words('takedown.blocked'), body: <Blocked /> },
    { id: 'network', title: words('takedown.network'), body: <Network isReachable={contact !== undefined} /> },
  ]
  return (
    <Prose
      title={words('takedown.title')}
      heading={words('takedown.heading')}
      lead={words('takedown.lead')}
      chapters={chapters}
    />
  )
}

function Contact({ contact }: { contact: string | undefined }): ReactNode {
  if (contact === undefined) return <p>{words('takedown.contact.none')}</p>
  const link = (
    <a href={contact} dir="ltr" rel="noopener noreferrer">
      {contact.replace(/^mailto:/, '')}
    </a>
  )
  return (
    <>
      <p>{richWords('takedown.contact.address', { contact: link })}</p>
      <p>{words('takedown.contact.how')}</p>
    </>
  )
}

/** "An author's opt-out by a word in the signed bio" (indexer/hiding). */
const OPT_OUT = '#nopublicweb'

function Author(): ReactNode {
  return (
    <>
      <p>{richWords('takedown.author.word', { word: <code dir="ltr">{OPT_OUT}</code> })}</p>
      <p>{words('takedown.author.nobody')}</p>
    </>
  )
}

function Blocked(): ReactNode {
  return (
    <>
      <p>{words('takedown.blocked.what')}</p>
      <p>{words('takedown.blocked.caches')}</p>
      <p>{words('takedown.blocked.address')}</p>
      <p>{richWords('takedown.blocked.list', { transparency: linkTo('/transparency') })}</p>
    </>
  )
}

function Network({ isReachable }: { isReachable: boolean }): ReactNode {
  return (
    <>
      <p>{words('takedown.network.copies')}</p>
      {isReachable ? <p>{words('takedown.network.wrong')}</p> : undefined}
    </>
  )
}
