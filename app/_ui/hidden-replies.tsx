import type { ReactNode } from 'react'
import type { HiddenRepliesView, PostId } from '../../db/views.ts'
import { words } from '../_words/words.ts'
import { Removed } from './absent.tsx'

interface HiddenRepliesProps {
  hidden: readonly HiddenRepliesView[]
  parent: PostId
}

/** In place of replies that are not shown: that there are some, and at whose wish, but not whose they are. */
export function HiddenReplies({ hidden, parent }: HiddenRepliesProps): ReactNode {
  return hidden
    .filter(({ n, k }) => n === parent.n && k === parent.k)
    .map(({ by, count }) => (
      <Removed key={by}>
        {words(by === 'author' ? 'thread.removedByAuthor' : 'thread.blockedByOperator', { count })}
      </Removed>
    ))
}
