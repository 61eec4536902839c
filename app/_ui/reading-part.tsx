import type { ReactNode } from 'react'
import type { InnerPostView, PostView } from '../../db/views.ts'
import { formatMoment, isoTime } from '../_lib/format.ts'
import { richWords, words } from '../_words/words.ts'
import { RetwistIcon, StarIcon } from './icons.tsx'
import { ShortName } from './person.tsx'
import { PostBody } from './post-body.tsx'

interface ReadingPartProps {
  part: PostView
  above: PostView | undefined
}

/** One post among others of its author: its words, and small beside them its number and time, which lead to it. */
export function ReadingPart({ part, above }: ReadingPartProps): ReactNode {
  const inner = part.rt ?? part.fav
  const isBare = inner !== undefined && part.msg === '' && part.msg2 === ''
  const beside = above?.time ?? part.time
  const answersAbove = above !== undefined && part.reply?.n === above.n && part.reply.k === above.k
  return (
    <section className="part" aria-label={words('post.number', { k: part.k })}>
      {isBare ? (
        <PassedOnLine part={part} inner={inner} />
      ) : (
        <PostBody post={answersAbove ? { ...part, reply: undefined } : part} times={{ kind: 'moments', beside }} />
      )}
      <p className="small">
        <a className="mut" href={`/@${part.n}/${part.k}`}>
          {words('post.number', { k: part.k })} · <PartTime part={part} above={above} />
        </a>
      </p>
    </section>
  )
}

/** The first with its day; the others as far as they differ from the one above. */
function PartTime({ part, above }: ReadingPartProps): ReactNode {
  // No day of the calendar is beside the first part's.
  const beside = above?.time ?? 0
  return <time dateTime={isoTime(part.time)}>{formatMoment(part.time, beside)}</time>
}

function PassedOnLine({ part, inner }: { part: PostView; inner: InnerPostView }): ReactNode {
  const name = (
    <a href={`/@${inner.n}/${inner.k}`}>
      <ShortName person={inner.author} />
    </a>
  )
  return (
    <p className="mut">
      {part.kind === 'favourite' ? <StarIcon /> : <RetwistIcon />}{' '}
      {richWords(part.kind === 'favourite' ? 'read.favourited' : 'read.retwisted', { name })}
    </p>
  )
}
