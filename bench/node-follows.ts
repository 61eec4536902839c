import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { rounded, startChild } from './child.ts'
import type { NodeBenchOptions, Progress } from './measure.ts'

const USERS = 10_000
const POSTS_EACH = 2

interface Followed {
  readonly before_mb: number
  readonly after_mb: number
  readonly follow_ms: number
  readonly idle_cpu_share: { readonly before: number; readonly after: number }
}

/**
 * Anonymous memory (RssAnon) of a node that follows many users, above what it has when it follows none. Nobody is
 * connected. What bounds it from below: a bit for each post held and one for each seen, which is nothing.
 */
export async function measureFollows({ folder }: NodeBenchOptions, progress: Progress): Promise<object> {
  mkdirSync(folder, { recursive: true })
  // The posts come as they do in life, judged, and in a process whose memory is not measured.
  const author = startChild('swarm-peer-process.ts', [join(folder, 'node'), String(USERS), String(POSTS_EACH)])
  await author.said()
  author.ask()
  await author.said()
  await author.end()
  progress('follows: the posts are there')
  const child = startChild('follows-process.ts', [join(folder, 'node'), String(USERS)])
  const { before_mb, after_mb, follow_ms, idle_cpu_share } = (await child.said()) as Followed
  await child.end()
  const rss_anon_mb_per_1000_users = rounded(((after_mb - before_mb) * 1000) / USERS, 2)
  progress(`follows: ${rss_anon_mb_per_1000_users} MB for 1000 users`)
  return {
    users: USERS,
    posts_each: POSTS_EACH,
    rss_anon_mb_per_1000_users,
    before_mb,
    after_mb,
    follow_ms,
    idle_cpu_share,
    bound: { bits_mb_per_1000_users: rounded((1000 * 2 * POSTS_EACH) / 8 / 1e6, 4) },
  }
}
