import type { Log } from '../node/log.ts'
import { type DhtFields, encodeDhtItem } from '../node/protocol/dht-item.ts'
import { MAX_DHT_MULTI_BYTES } from '../node/protocol/limits.ts'
import type { Username } from '../node/protocol/username.ts'
import { type Author, readerNames } from './authors.ts'
import { avatarText } from './avatar.ts'
import type { Moment, Put, Written } from './compose.ts'
import type { DevnetPeer } from './peer.ts'
import { privateKeyOf } from './seed.ts'
import { keyGeneration } from './story.ts'

/** Puts under way at once: more of them overflow the receive buffers of one process that is all peers. */
const PARALLEL_PUTS = 4
/** "list of ≤ 200 usernames; pages from N=1; an empty list terminates" (§3.8). */
const FOLLOWING_PAGE = 200

/** Does for an author what the reference does when one posts: piece to the swarm, values to the DHT. */
export interface Publisher {
  post(written: Written): void
  /** Puts of one author, one after the other. */
  put(author: Username, puts: readonly Put[], moment: Moment): Promise<void>
}

export function openPublisher(seed: string, homeOf: (author: Username) => DevnetPeer, log: Log): Publisher {
  function post({ signed }: Written): void {
    const { n, k } = signed.userpost
    const verdict = homeOf(n).swarms.addPiece(n, k, signed.piece, 'local')
    // 'held': it was published before the last stop
    if (verdict.kind === 'reject' || (verdict.kind === 'ignore' && verdict.code !== 'held'))
      log.warn({ verdict, n, k }, 'own post was refused')
  }

  async function put(author: Username, puts: readonly Put[], moment: Moment): Promise<void> {
    const home = homeOf(author)
    // "sig_p by the current key of sig_user" (§1.2), whatever the height of the post
    const key = privateKeyOf(seed, author, keyGeneration(author, home.chain.tip.height))
    for (const { resource, seq, v } of puts) {
      const fields: DhtFields & { sigUser: Username } = { resource, seq, v, ...moment, sigUser: author }
      const item = encodeDhtItem(fields, key)
      // "a big post is refused by every node as hashtag/mention/replies/rts value" (§3.8): not worth the traffic
      if (resource.t === 'm' && item.p.length > MAX_DHT_MULTI_BYTES) continue
      await home.dht.put(item)
    }
  }

  return { post, put }
}

/** Profile, avatar and following list of an author, as the web client saves them. */
export async function profilePuts(seed: string, author: Author): Promise<Put[]> {
  const { name: n, profile } = author
  const avatar = await avatarText(seed, author)
  const puts: Put[] = [{ resource: { n, r: 'profile', t: 's' }, seq: 1, v: profile }]
  if (avatar !== undefined) puts.push({ resource: { n, r: 'avatar', t: 's' }, seq: 1, v: avatar })
  // one author reads everybody: a list of two pages
  const follows = [...author.follows, ...(n === 'niaj' ? readerNames() : [])]
  for (let page = 0; page * FOLLOWING_PAGE <= follows.length; page++) {
    const names = follows.slice(page * FOLLOWING_PAGE, (page + 1) * FOLLOWING_PAGE)
    puts.push({ resource: { n, r: `following${page + 1}`, t: 's' }, seq: 1, v: names })
  }
  return puts
}

/** Runs jobs, a few at a time; the first failure is thrown when all are done. */
export async function inParallel(jobs: readonly (() => Promise<void>)[], signal: AbortSignal): Promise<void> {
  const waiting = [...jobs]
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined && !signal.aborted; job = waiting.shift()) await job()
  }
  const results = await Promise.allSettled(Array.from({ length: PARALLEL_PUTS }, worker))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
