import type { ReactNode } from 'react'
import type { HiddenRepliesView, PostId, ThreadView } from '../../db/views.ts'
import { inThreadOrder, THREAD_ORDERS, type ThreadOrder } from '../_lib/thread-order.ts'
import { words } from '../_words/words.ts'
import { HiddenReplies } from './hidden-replies.tsx'
import { ThreadTree } from './thread-tree.tsx'

interface RepliesProps {
  /** The post that is answered; it need not be here. */
  parent: PostId
  thread: ThreadView
  hidden: readonly HiddenRepliesView[]
  order: ThreadOrder
  /** Unix seconds: the times of the replies are told beside it. */
  beside: number
}

/** Everything below a post. */
export function Replies({ parent, thread, hidden, order, beside }: RepliesProps): ReactNode {
  return (
    <section className="replies" aria-labelledby="replies">
      <div className="replies-head">
        <h2 id="replies">
          {thread.replyCount === 0 ? words('thread.noReplies') : words('post.replies', { count: thread.replyCount })}
        </h2>
        {thread.replies.length < 2 ? undefined : <Orders parent={parent} current={order} />}
      </div>
      <ThreadTree nodes={inThreadOrder(thread.replies, order)} hidden={hidden} times={{ kind: 'moments', beside }} />
      <HiddenReplies hidden={hidden} parent={parent} />
      {thread.isTruncated ? <p className="empty">{words('thread.truncated')}</p> : undefined}
    </section>
  )
}

const ORDER_KEYS = { oldest: 'thread.oldest', newest: 'thread.newest', answered: 'thread.mostAnswered' } as const

function Orders({ parent, current }: { parent: PostId; current: ThreadOrder }): ReactNode {
  const page = `/@${parent.n}/${parent.k}`
  return (
    <ul className="orders" aria-label={words('thread.order')}>
      {THREAD_ORDERS.map((order) => (
        <li key={order}>
          <a
            href={`${order === 'oldest' ? page : `${page}?order=${order}`}#replies`}
            aria-current={order === current ? 'true' : undefined}
          >
            {words(ORDER_KEYS[order])}
          </a>
        </li>
      ))}
    </ul>
  )
}
