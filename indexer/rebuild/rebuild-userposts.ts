import type { Transaction } from '../../db/client.ts'
import type { StoredUserpostRow, UserpostKey } from '../../db/writes/raw-userpost.ts'
import { rawUserposts } from '../../db/writes/rebuild-source.ts'
import { insertUserposts } from '../../db/writes/userpost.ts'
import { NameTable } from '../chain/name-table.ts'
import { REBUILD_NAMES } from '../limits.ts'
import { judgeUserposts, namesOfUserpost, storedUserpost } from '../posts/judge-userposts.ts'
import type { ReplayedChain, WriteRebuilt } from './rebuild-chain.ts'

/**
 * Derives all posts from the raw ones, with what the writer derives them with. What the database writes and what is
 * derived next overlap. Answers the posts beside whose raw rows something else stands than must.
 */
export async function rebuildUserposts(
  read: Transaction,
  write: WriteRebuilt,
  chain: ReplayedChain,
  onPosts: (count: number) => void,
): Promise<UserpostKey[]> {
  const corrected: UserpostKey[] = []
  let names = new NameTable(chain.tip.height)
  let loaded = 0
  let done = 0
  let written: Promise<unknown> = Promise.resolve()
  let open: StoredUserpostRow[] = []
  const judge = async (rows: readonly StoredUserpostRow[]) => {
    const stored = rows.map(storedUserpost)
    const asked = new Set(stored.flatMap(({ post }) => namesOfUserpost(post.userpost)))
    loaded += asked.size
    if (loaded > REBUILD_NAMES) {
      names = new NameTable(chain.tip.height)
      loaded = asked.size
    }
    await write((tx) => names.load(tx, asked))
    const judgement = judgeUserposts(stored, names, (height) => chain.times[height] ?? chain.tip.time)
    for (const { username, k } of judgement.verdicts) corrected.push({ username, k })
    await written
    written = write((tx) => insertUserposts(tx, judgement.rows))
    // Its failure is met by the next await; until then nobody is to call it unhandled.
    written.catch(() => undefined)
    done += rows.length
    onPosts(done)
  }
  for await (const some of rawUserposts(read)) {
    const rows = [...open, ...some]
    const last = rows.at(-1)
    // The rivals of the last number may not all be here.
    const end = rows.findIndex((row) => row.username === last?.username && row.k === last.k)
    open = rows.slice(end)
    await judge(rows.slice(0, end))
  }
  await judge(open)
  await written
  return corrected
}
