import type { ReactNode } from 'react'
import type { PromotedView } from '../../db/views.ts'
import { words } from '../_words/words.ts'
import { UserText } from './user-text.tsx'
import { type Times, When } from './when.tsx'

/** A miner's message in a list. A name beside an unsigned one would be nobody's word, so there is none. */
export function PromotedRow({ message, now }: { message: PromotedView; now: number }): ReactNode {
  return <TimedPromotedRow message={message} times={{ kind: 'ages', now }} />
}

export function TimedPromotedRow({ message, times }: { message: PromotedView; times: Times }): ReactNode {
  const { height, n } = message
  return (
    <article className="post">
      <p className="who">
        {message.isSigned ? (
          <a className="by" href={`/@${n}`}>
            <b dir="ltr">@{n}</b>
          </a>
        ) : (
          <b className="name">{words('post.promotedUnsigned')}</b>
        )}
        <a className="handle" href={`/block/${height}`}>
          {words('post.promotedBlock', { height })}
        </a>
        <span className="when">
          <When seconds={message.time} times={times} />
        </span>
      </p>
      {message.msg === '' ? <p className="mut">{words('post.promotedEmpty')}</p> : <UserText text={message.msg} />}
    </article>
  )
}
