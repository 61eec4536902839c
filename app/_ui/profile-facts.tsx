import type { ReactNode } from 'react'
import type { ProfileView, RegistrationKind, RegistrationView, UserView } from '../../db/views.ts'
import { shortHex } from '../_lib/format.ts'
import { webAddress } from '../_lib/web-address.ts'
import { richWords, type WordKey, words } from '../_words/words.ts'
import { Day } from './time.tsx'
import { plainText } from './user-text.tsx'

/** What a user says of themselves in short, and what the chain says of the name. */
export function ProfileFacts({ user }: { user: UserView }): ReactNode {
  return (
    <dl className="facts">
      {user.profile === undefined ? undefined : <OwnFacts profile={user.profile} />}
      <dt>{words('profile.registered')}</dt>
      <dd>
        <DateAndBlock word="profile.registeredAt" time={user.registeredTime} height={user.registeredHeight} />
      </dd>
      {user.firstTime === undefined ? undefined : (
        <>
          <dt>{words('profile.firstPost')}</dt>
          <dd>
            <Day seconds={user.firstTime} />
          </dd>
        </>
      )}
      <dt>{words('profile.key')}</dt>
      <dd>
        <ShortKey publicKey={user.publicKey} />
        <KeyHistory keys={user.keys} />
      </dd>
    </dl>
  )
}

function OwnFacts({ profile }: { profile: ProfileView }): ReactNode {
  return (
    <>
      <OwnFact label="profile.where" value={profile.location} className="p-locality" itemProp="homeLocation" />
      <Web url={plainText(profile.url)} />
      <OwnFact label="profile.tox" value={profile.tox} className="mono" />
      <OwnFact label="profile.bitmessage" value={profile.bitmessage} className="mono" />
    </>
  )
}

function OwnFact(props: { label: WordKey; value: string; className?: string; itemProp?: string }): ReactNode {
  const value = plainText(props.value)
  if (value === '') return undefined
  return (
    <>
      <dt>{words(props.label)}</dt>
      <dd>
        <bdi className={props.className} itemProp={props.itemProp}>
          {value}
        </bdi>
      </dd>
    </>
  )
}

function Web({ url }: { url: string }): ReactNode {
  if (url === '') return undefined
  const href = webAddress(url)
  return (
    <>
      <dt>{words('profile.web')}</dt>
      <dd>
        {href === undefined ? (
          <bdi>{url}</bdi>
        ) : (
          <a className="u-url" itemProp="sameAs" href={href} rel="nofollow ugc noopener noreferrer" dir="auto">
            {url.replace(/^https?:\/\//i, '').replace(/\/$/, '')}
          </a>
        )}
      </dd>
    </>
  )
}

function ShortKey({ publicKey }: { publicKey: string | undefined }): ReactNode {
  if (publicKey === undefined) return words('profile.noKey')
  return (
    <span className="mono" dir="ltr" title={publicKey}>
      {shortHex(publicKey)}
    </span>
  )
}

/** A name that has had one key says so; of another one every key can be unfolded. */
function KeyHistory({ keys }: { keys: readonly RegistrationView[] }): ReactNode {
  const replacements = keys.filter((key) => key.kind === 'replacement').length
  if (keys.length < 2) return <p className="mut">{words('profile.oneKey')}</p>
  const summary = replacements === 0 ? words('profile.oneKey') : words('profile.replaced', { count: replacements })
  return (
    <details className="keys">
      <summary aria-label={`${words('profile.keyHistory')}: ${summary}`}>{summary}</summary>
      <ol>
        {keys.map((key) => (
          <li key={key.height}>
            <DateAndBlock word={KEY_WORDS[key.kind]} time={key.time} height={key.height} />
            <br />
            <ShortKey publicKey={key.publicKey} />
          </li>
        ))}
      </ol>
    </details>
  )
}

const KEY_WORDS = {
  registration: 'profile.keyRegistered',
  replacement: 'profile.keyReplaced',
  reinclusion: 'profile.keyRepeated',
} as const satisfies Record<RegistrationKind, WordKey>

function DateAndBlock({ word, time, height }: { word: WordKey; time: number; height: number }): ReactNode {
  return richWords(word, {
    date: <Day seconds={time} />,
    height,
    block: (chunks) => <a href={`/block/${height}`}>{chunks}</a>,
  })
}
