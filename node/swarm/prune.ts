import type { Posts } from '../store/posts.ts'
import { HISTORY_SLACK, MAX_PRUNED_AT_ONCE, MIN_HISTORY_SLACK } from './limits.ts'
import type { NumberWindow } from './number-window.ts'

interface PruneOptions {
  posts: Pick<Posts, 'deletePost'>
  /** One transaction, on disk on return. */
  write: <T>(change: () => T) => T
  maxHistory: number
}

/**
 * "With the number limit a user can have up to 2 posts/block; SHOULD cap history per follow" (spec 4.6): of a user who
 * goes on writing the oldest posts go, when there are some more than the history has. The index keeps what it has got.
 */
export function prune({ username, held }: NumberWindow, { posts, write, maxHistory }: PruneOptions): void {
  if (held.size <= maxHistory + Math.max(MIN_HISTORY_SLACK, maxHistory * HISTORY_SLACK)) return
  const oldest = held.lowest(Math.min(MAX_PRUNED_AT_ONCE, held.size - maxHistory))
  write(() => {
    for (const k of oldest) posts.deletePost(username, k)
  })
  for (const k of oldest) held.delete(k)
}
