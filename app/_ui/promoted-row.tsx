import type { ReactNode } from 'react'
import type { PromotedView } from '../../db/views.ts'
import { formatNumber } from '../_words/numbers.ts'
import { Age } from './time.tsx'
import { UserText } from './user-text.tsx'

/** A miner's message. A name beside an unsigned one would be nobody's word, so there is none. */
export function PromotedRow({ message, now }: { message: PromotedView; now: number }): ReactNode {
  return (
    <article className="post">
      <p className="who">
        {message.isSigned ? (
          <a className="name" href={`/@${message.n}`} dir="ltr">
            @{message.n}
          </a>
        ) : (
          <span className="name">Unsigned</span>
        )}
        <a className="handle" href={`/block/${message.height}`}>
          block {formatNumber(message.height)}
        </a>
        <span className="when">
          <Age seconds={message.time} now={now} />
        </span>
      </p>
      {message.msg === '' ? <p className="mut">An empty message.</p> : <UserText text={message.msg} />}
    </article>
  )
}
