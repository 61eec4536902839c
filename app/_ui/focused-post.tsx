import type { ReactNode } from 'react'
import type { PostDetailView, RegistrationView } from '../../db/views.ts'
import { formatDate, formatDuration, plural, shortHex } from '../_lib/format.ts'
import { displayName } from '../_lib/names.ts'
import { formatNumber } from '../_words/numbers.ts'
import { Avatar, NameLink } from './person.tsx'
import { PostBody, Quote } from './post-row.tsx'
import { FullTime } from './time.tsx'

/** The post that a page is about: its words at full size, its numbers, and what vouches for it. */
export function FocusedPost({ post, now }: { post: PostDetailView; now: number }): ReactNode {
  const inner = post.rt ?? post.fav
  const name = displayName(post.author.fullname) ?? `@${post.n}`
  return (
    <article className="focus">
      <h1 className="unseen">
        {KIND_WORDS[post.kind]} {formatNumber(post.k)} of {name}
      </h1>
      <div className="row">
        <Avatar person={post.author} side={44} />
        <p className="who">
          <NameLink person={post.author} />
        </p>
      </div>
      {/* What it answers stands above it. */}
      <PostBody post={{ ...post, reply: undefined }} />
      {inner === undefined ? undefined : (
        <>
          <p className="small mut">{post.kind === 'favourite' ? 'Favourite of:' : 'Retwist of:'}</p>
          <Quote inner={inner} now={now} />
        </>
      )}
      <p className="line">
        <FullTime seconds={post.time} />, as its author says · post {formatNumber(post.k)} ·{' '}
        {plural(post.provenance.sizeBytes, 'byte')}
      </p>
      <p className="totals">
        <Total count={post.counts.replies} one="reply" many="replies" />
        <Total count={post.counts.retwists} one="retwist" many="retwists" />
        <Total count={post.counts.favourites} one="favourite" many="favourites" />
      </p>
      <Rivals post={post} />
      <Provenance post={post} />
    </article>
  )
}

const KIND_WORDS = {
  post: 'Post',
  reply: 'Reply',
  retwist: 'Retwist',
  favourite: 'Favourite',
  custom: 'Record',
} as const

function Total({ count, one, many }: { count: number; one: string; many: string }): ReactNode {
  return (
    <span>
      <b>{formatNumber(count)}</b> {count === 1 ? one : many}
    </span>
  )
}

/** Two posts with one number: both signed, so neither is more true. The choice is by hash, and said. */
function Rivals({ post }: { post: PostDetailView }): ReactNode {
  if (post.rivalCount === 0) return undefined
  return (
    <div className="note">
      <p>
        <strong className="rival">
          @{post.n} signed {plural(post.rivalCount + 1, 'different post')} with the number {formatNumber(post.k)}.
        </strong>{' '}
        Every reader may have got another one. Shown is the one with the smallest hash; that says nothing about which
        came first.
      </p>
      <ul>
        {post.provenance.rivals.map((hash) => (
          <li key={hash}>
            <a href={`/api/v1/posts/${post.n}/${post.k}/raw?hash=${hash}`}>
              Signed bytes of the other, {hash.slice(0, 16)}…
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Provenance({ post }: { post: PostDetailView }): ReactNode {
  const { provenance } = post
  const delay = provenance.firstSeen - post.time
  return (
    <dl className="facts">
      <dt>Signed by</dt>
      <dd>
        <a href={`/@${post.n}`}>@{post.n}</a>
        {provenance.registration?.publicKey === undefined ? undefined : (
          <>
            {' · key '}
            <span className="mono" title={provenance.registration.publicKey}>
              {shortHex(provenance.registration.publicKey)}
            </span>
          </>
        )}
      </dd>
      <dt>Key registered</dt>
      <dd>
        {provenance.registration === undefined ? (
          'unknown'
        ) : (
          <RegistrationWords registration={provenance.registration} />
        )}
      </dd>
      <dt>Fetched from</dt>
      <dd>
        {SOURCES[provenance.source] ?? provenance.source}
        {provenance.isFollowed ? undefined : '; the author is not followed here'}
      </dd>
      <dt>First seen</dt>
      <dd>
        <FullTime seconds={provenance.firstSeen} />
        {delay >= 0 ? `, ${formatDuration(delay)} after the time it gives itself` : ', before the time it gives itself'}
      </dd>
    </dl>
  )
}

function RegistrationWords({ registration }: { registration: RegistrationView }): ReactNode {
  return (
    <>
      in <a href={`/block/${registration.height}`}>block {formatNumber(registration.height)}</a>,{' '}
      {formatDate(registration.time)}
      {registration.kind === 'replacement' ? ', as a replacement' : undefined}
    </>
  )
}

const SOURCES: Readonly<Record<string, string>> = {
  swarm: 'the swarm of its author',
  dht: 'the DHT',
  'dht-post': 'the DHT, under its own number',
  'dht-status': 'the DHT, as the author’s last word',
  'dht-swarm': 'the DHT',
  'dht-hashtag': 'the DHT, under a hashtag',
  'dht-mention': 'the DHT, under a name it mentions',
  'dht-replies': 'the DHT, among the replies to a post',
  'dht-rts': 'the DHT, among the retwists of a post',
  local: 'this node itself',
  retwist: 'a retwist that carries it',
}
