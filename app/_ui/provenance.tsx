import type { ReactNode } from 'react'
import type { PostDetailView, RegistrationView } from '../../db/views.ts'
import { formatDate, formatDuration, formatTime, shortHex } from '../_lib/format.ts'
import { richWords, type WordKey, words } from '../_words/words.ts'
import { ShieldIcon } from './icons.tsx'

interface ProvenanceProps {
  post: PostDetailView
  keys: readonly RegistrationView[]
}

/** What vouches for a post and where it came from, and how to check that without believing this site. */
export function Provenance({ post, keys }: ProvenanceProps): ReactNode {
  const { n, k, provenance } = post
  const { registration } = provenance
  const data = `/api/v1/posts/${n}/${k}`
  return (
    <section className="provenance" aria-label={words('provenance.title')}>
      <dl className="facts">
        <dt>{words('provenance.signedBy')}</dt>
        <dd>
          <a href={`/@${n}`} dir="ltr">
            @{n}
          </a>
          {' · '}
          <SigningKey keyId={provenance.keyId} publicKey={registration?.publicKey} />
        </dd>
        <dt>{words('provenance.keyRegistered')}</dt>
        <dd>{registration === undefined ? words('provenance.unknown') : <Registered {...{ registration, keys }} />}</dd>
        <dt>{words('provenance.fetchedFrom')}</dt>
        <dd>
          {words(SOURCE_KEYS[provenance.source] ?? 'provenance.source.other', { k })}
          {provenance.isFollowed ? undefined : <> {words('provenance.notFollowed')}</>}
        </dd>
        <dt>{words('provenance.firstSeen')}</dt>
        <dd>{firstSeen(provenance.firstSeen, post.time)}</dd>
      </dl>
      <div className="checks">
        <VerifyPlace post={`${n}/${k}`} />
        <p>
          <a href={`${data}/raw`}>{words('provenance.raw')}</a>
          {' · '}
          <a href={`${data}/proof`}>{words('provenance.proof')}</a>
          {' · '}
          <a href="/about#check">{words('provenance.check')}</a>
        </p>
      </div>
    </section>
  )
}

/** Where there is JavaScript it is shown, and checks the post in the reader's own browser. */
function VerifyPlace({ post }: { post: string }): ReactNode {
  return (
    <div className="verify" data-verify={post} data-not-loaded={words('verify.notLoaded')} hidden>
      <button type="button">
        <ShieldIcon /> {words('verify.button')}
      </button>
      <p role="status" />
    </div>
  )
}

function SigningKey({ keyId, publicKey }: { keyId: string; publicKey: string | undefined }): ReactNode {
  const hex = publicKey ?? keyId
  const key = (
    <span className="mono" dir="ltr" title={hex}>
      {shortHex(hex)}
    </span>
  )
  return richWords('provenance.key', { key })
}

/** When the key came to be that of this name, and what became of it since. */
function Registered({
  registration,
  keys,
}: {
  registration: RegistrationView
  keys: readonly RegistrationView[]
}): ReactNode {
  const { height, time } = registration
  const block = (chunks: ReactNode) => <a href={`/block/${height}`}>{chunks}</a>
  const later = keys.find((key) => key.kind === 'replacement' && key.height > height)
  const values = { height, date: formatDate(time), block }
  if (later !== undefined) {
    const laterBlock = (chunks: ReactNode) => <a href={`/block/${later.height}`}>{chunks}</a>
    return richWords('provenance.replacedLater', { ...values, later: later.height, laterBlock })
  }
  return richWords(registration.kind === 'replacement' ? 'provenance.replacement' : 'provenance.onlyKey', values)
}

function firstSeen(seconds: number, written: number): string {
  const when = formatTime(seconds)
  const delay = seconds - written
  return delay < 0
    ? words('provenance.seenBefore', { when })
    : words('provenance.seenAfter', { when, duration: formatDuration(delay) })
}

const SOURCE_KEYS: Readonly<Record<string, WordKey>> = {
  swarm: 'provenance.source.swarm',
  dht: 'provenance.source.dht',
  'dht-swarm': 'provenance.source.dht',
  'dht-post': 'provenance.source.post',
  'dht-status': 'provenance.source.status',
  'dht-hashtag': 'provenance.source.hashtag',
  'dht-mention': 'provenance.source.mention',
  'dht-replies': 'provenance.source.replies',
  'dht-rts': 'provenance.source.retwists',
  local: 'provenance.source.local',
  retwist: 'provenance.source.retwist',
}
