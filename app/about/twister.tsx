import { Fragment, type ReactNode } from 'react'
import { type Chapter, linkOut, linkTo } from '../_ui/prose.tsx'
import { richWords, type WordKey, words } from '../_words/words.ts'

/** What newcomers ask: how to join, which ports, what is different elsewhere, how to run a site like this. */
export function aboutTwister(): Chapter[] {
  return [
    { id: 'join', title: words('about.join'), body: <Join /> },
    { id: 'ports', title: words('about.ports'), body: <Ports /> },
    { id: 'compare', title: words('about.compare'), body: <Compare /> },
    { id: 'own', title: words('about.own'), body: <OwnSite /> },
    { id: 'programs', title: words('about.programs'), body: <Programs /> },
    { id: 'operator', title: words('about.operator'), body: <Operator /> },
  ]
}

function Join(): ReactNode {
  const core = linkOut('https://github.com/miguelfreitas/twister-core')
  const html = linkOut('https://github.com/miguelfreitas/twister-html')
  return (
    <>
      <p>{richWords('about.join.client', { core, html })}</p>
      <p>{words('about.join.register')}</p>
      <p>{words('about.join.key')}</p>
    </>
  )
}

const PORTS: readonly { port: number; protocol: string; isLocal?: boolean; purpose: WordKey }[] = [
  { port: 28_333, protocol: 'TCP', purpose: 'about.ports.chain' },
  { port: 29_333, protocol: 'TCP, UDP', purpose: 'about.ports.swarm' },
  { port: 28_332, protocol: 'TCP', isLocal: true, purpose: 'about.ports.rpc' },
  { port: 8420, protocol: 'TCP', isLocal: true, purpose: 'about.ports.site' },
]

function Ports(): ReactNode {
  return (
    <>
      <table>
        <caption className="unseen">{words('about.ports')}</caption>
        <thead>
          <tr>
            <th scope="col">{words('about.ports.port')}</th>
            <th scope="col">{words('about.ports.protocol')}</th>
            <th scope="col">{words('about.ports.purpose')}</th>
          </tr>
        </thead>
        <tbody>
          {PORTS.map(({ port, protocol, isLocal, purpose }) => (
            <tr key={port}>
              <th scope="row">{port}</th>
              <td>{isLocal ? words('about.ports.local', { protocol }) : protocol}</td>
              <td>{words(purpose)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{words('about.ports.open')}</p>
    </>
  )
}

const OTHERS: readonly (readonly [name: WordKey, text: WordKey])[] = [
  ['about.compare.company', 'about.compare.company.text'],
  ['about.compare.mastodon', 'about.compare.mastodon.text'],
  ['about.compare.bluesky', 'about.compare.bluesky.text'],
  ['about.compare.nostr', 'about.compare.nostr.text'],
  ['about.compare.twister', 'about.compare.twister.text'],
]

function Compare(): ReactNode {
  return (
    <dl>
      {OTHERS.map(([name, text]) => (
        <Fragment key={name}>
          <dt>{words(name)}</dt>
          <dd>{words(text)}</dd>
        </Fragment>
      ))}
    </dl>
  )
}

function OwnSite(): ReactNode {
  return (
    <>
      <p>{words('about.own.start')}</p>
      <pre dir="ltr">{'./windsock up\n./windsock demo\n./windsock up --help'}</pre>
      <p>{words('about.own.settings')}</p>
      <p>{words('about.own.public')}</p>
    </>
  )
}

function Programs(): ReactNode {
  return <p>{richWords('about.programs.text', { api: linkTo('/api') })}</p>
}

function Operator(): ReactNode {
  return <p>{richWords('about.operator.text', { takedown: linkTo('/takedown'), privacy: linkTo('/privacy') })}</p>
}
