import type { PostsResource } from '../../db/queries/pieces.ts'
import { MAX_INT31 } from '../../node/protocol/limits.ts'
import { parseUsername, type Username } from '../../node/protocol/username.ts'

/** A public resource of the DHT (dht-swarm-posts.md 3.8). */
export type DhtResource =
  | { kind: 'profile' | 'avatar' | 'following' | 'status' | 'tracker'; username: Username }
  | { kind: 'post'; username: Username; k: number }
  | { kind: 'list'; list: PostsResource }

/** Nothing for what no known client writes. */
export function parseDhtResource(n: string, r: string, t: string): DhtResource | undefined {
  return t === 's' ? parseSingle(n, r) : t === 'm' ? parseMulti(n, r) : undefined
}

function parseSingle(n: string, r: string): DhtResource | undefined {
  // "for singles n must equal sig_user, hence is a registered name" (dht-swarm-posts.md 1.4)
  const username = parseUsername(n)
  if (username === undefined) return undefined
  if (r === 'profile' || r === 'avatar' || r === 'status') return { kind: r, username }
  if (numberBehind('following', r) !== undefined) return { kind: 'following', username }
  const k = numberBehind('post', r)
  return k === undefined ? undefined : { kind: 'post', username, k }
}

function parseMulti(n: string, r: string): DhtResource | undefined {
  if (r === 'hashtag' || r === 'mention') return { kind: 'list', list: { kind: r, word: n } }
  const username = parseUsername(n)
  if (r === 'tracker') return username && { kind: 'tracker', username }
  for (const kind of ['replies', 'rts'] as const) {
    const k = numberBehind(kind, r)
    // "replied-to user (may be !name for promoted)"
    const isPromoted = kind === 'replies' && n.startsWith('!') && parseUsername(n.slice(1)) !== undefined
    if (k !== undefined && (username !== undefined || isPromoted))
      return { kind: 'list', list: { kind, username: n, k } }
  }
  return undefined
}

/** "N decimal without leading zeros" (dht-swarm-posts.md 3.7). */
function numberBehind(base: string, r: string): number | undefined {
  if (!r.startsWith(base)) return undefined
  const digits = r.slice(base.length)
  if (!/^(?:0|[1-9][0-9]{0,9})$/.test(digits)) return undefined
  return Number(digits) <= MAX_INT31 ? Number(digits) : undefined
}
