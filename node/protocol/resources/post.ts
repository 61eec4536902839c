import { type DhtItem, resourceNumber } from '../dht-item.ts'
import type { SignedUserpost } from '../userpost.ts'
import { embeddedUserpost } from './embedded-userpost.ts'

/** `post<k>`: the post with that number. */
export function parsePost(item: DhtItem): SignedUserpost | undefined {
  const k = resourceNumber(item.resource.r, 'post')
  if (k === undefined || item.resource.t !== 's') return undefined
  const post = embeddedUserpost(item)
  return post?.userpost.k === k ? post : undefined
}
