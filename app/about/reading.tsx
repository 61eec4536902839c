import type { ReactNode } from 'react'
import { type Chapter, linkTo } from '../_ui/prose.tsx'
import { richWords, words } from '../_words/words.ts'

/** What is read here, and how far it can be believed. */
export function aboutReading(): Chapter[] {
  return [
    { id: 'twister', title: words('about.twister'), body: <Twister /> },
    { id: 'site', title: words('about.site'), body: <ThisSite /> },
    { id: 'checked', title: words('about.checked'), body: <Checked /> },
    { id: 'verify', title: words('about.verify'), body: <Verify /> },
    { id: 'limits', title: words('about.limits'), body: <Limits /> },
    { id: 'hidden', title: words('about.hidden'), body: <Hidden /> },
  ]
}

function Twister(): ReactNode {
  return (
    <>
      <p>{words('about.twister.names')}</p>
      <p>{words('about.twister.posts')}</p>
      <p>{words('about.twister.nobody')}</p>
    </>
  )
}

function ThisSite(): ReactNode {
  return (
    <>
      <p>{richWords('about.site.node', { follows: linkTo('/follows') })}</p>
      <p>{words('about.site.memory')}</p>
    </>
  )
}

function Checked(): ReactNode {
  return (
    <>
      <p>{words('about.checked.posts')}</p>
      <p>{words('about.checked.chain')}</p>
    </>
  )
}

function Verify(): ReactNode {
  return (
    <>
      <p>{words('about.verify.lead')}</p>
      <ol>
        <li>{words('about.verify.browser')}</li>
        <li>{richWords('about.verify.program', { api: linkTo('/api') })}</li>
        <li>{richWords('about.verify.digest', { status: linkTo('/status#digest') })}</li>
        <li>{words('about.verify.node')}</li>
      </ol>
    </>
  )
}

function Limits(): ReactNode {
  return (
    <ul>
      <li>{words('about.limits.silence')}</li>
      <li>{richWords('about.limits.hiding', { transparency: linkTo('/transparency') })}</li>
      <li>{words('about.limits.time')}</li>
      <li>{words('about.limits.person')}</li>
      <li>{words('about.limits.followers')}</li>
      <li>{words('about.limits.twice')}</li>
    </ul>
  )
}

function Hidden(): ReactNode {
  return (
    <ul>
      <li>{words('about.hidden.private')}</li>
      <li>{richWords('about.hidden.blocked', { takedown: linkTo('/takedown') })}</li>
      <li>{words('about.hidden.pictures')}</li>
    </ul>
  )
}
