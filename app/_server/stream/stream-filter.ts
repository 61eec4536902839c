import type { StreamEventView } from '../../../db/queries/stream-events.ts'
import type { StreamKind } from '../../../db/schema/stream-kind.ts'

/** What a reader asked for: of each list one, if it names any. */
export interface StreamFilter {
  users: readonly string[]
  tags: readonly string[]
  kinds: readonly StreamKind[]
}

/** The same for readers who asked for the same. */
export function filterKey({ users, tags, kinds }: StreamFilter): string {
  return JSON.stringify([users, tags, kinds].map((list) => [...list].sort()))
}

export function matchesFilter({ users, tags, kinds }: StreamFilter, event: StreamEventView): boolean {
  if (kinds.length > 0 && !kinds.includes(event.kind)) return false
  if (users.length > 0 && !usersOf(event).some((user) => users.includes(user))) return false
  return tags.length === 0 || ('tags' in event && event.tags.some((tag) => tags.includes(tag)))
}

/** Whose event it is; of a follow both. */
function usersOf(event: StreamEventView): string[] {
  switch (event.kind) {
    case 'follow':
    case 'unfollow':
      return [event.n, event.followed]
    case 'removed':
    case 'profile':
    case 'avatar':
      return [event.n]
    case 'backlog':
      return event.n === undefined ? [] : [event.n]
    case 'promoted':
      return [event.promoted.n]
    case 'block':
    case 'reorganisation':
      return []
    default:
      return [event.post.n]
  }
}
