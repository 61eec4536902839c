import { type DhtItem, resourceNumber } from '../dht-item.ts'
import type { SignedUserpost } from '../userpost.ts'
import { embeddedUserpost } from './embedded-userpost.ts'

/** `replies<k>`: a post that replies to post k of `n`; one that says it replies to another is refused. */
export function parseReplies(item: DhtItem): SignedUserpost | undefined {
  const k = resourceNumber(item.resource.r, 'replies')
  if (k === undefined || item.resource.t !== 'm') return undefined
  const post = embeddedUserpost(item)
  const reply = post?.userpost.reply
  return reply?.n === item.resource.n && reply.k === k ? post : undefined
}
