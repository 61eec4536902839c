import type { AncestorView, PostView, ThreadNode, ThreadView } from '../views.ts'
import { postByNumber } from './post.ts'
import { isShown, type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import { promotedAt } from './promoted.ts'
import type { Reader } from './reader.ts'

const MAX_ANCESTORS = 500
const MAX_REPLIES = 1000

/**
 * A post with everything above and below it. A post that is not here has a thread, too, if others answered it.
 * Nobody checks what a post answers, so two posts may answer each other: every post is walked once.
 */
export async function threadOf(sql: Reader, username: string, k: number): Promise<ThreadView> {
  const [post, below] = await Promise.all([postByNumber(sql, username, k), descendants(sql, username, k)])
  const above = post?.reply === undefined ? [] : await ancestorsOf(sql, post)
  const inChain = new Set([
    keyOf(username, k),
    ...above.flatMap((one) => (one.kind === 'post' ? [postKey(one.post)] : [])),
  ])
  const posts = below.slice(0, MAX_REPLIES).filter((reply) => !inChain.has(postKey(reply)))
  return {
    ancestors: above,
    post,
    replies: treeOf(posts, keyOf(username, k)),
    replyCount: posts.length,
    peopleCount: new Set([username, ...posts.map((reply) => reply.n)]).size,
    isTruncated: below.length > MAX_REPLIES,
  }
}

/** Every post below one, breadth first as PostgreSQL finds them; UNION walks each once. */
async function descendants(sql: Reader, username: string, k: number): Promise<PostView[]> {
  const rows = await sql<PostRow[]>`
    with recursive tree(username, k) as (
      select ${username}::text, ${k}::int
      union
      select p.username, p.k from tree t join userpost p on p.reply_n = t.username and p.reply_k = t.k
      where ${isShown(sql)}
    ), picked as (
      select username, k from tree limit ${MAX_REPLIES + 2}
    )
    select ${postColumns(sql)}
    from picked join userpost p on p.username = picked.username and p.k = picked.k
    ${postJoins(sql)}
    where (p.username, p.k) <> (${username}::text, ${k}::int)
    order by p.sort_time, p.username, p.k`
  return rows.map(postViewOf)
}

async function ancestorsOf(sql: Reader, post: PostView): Promise<AncestorView[]> {
  const rows = await sql<(PostRow & { depth: number })[]>`
    with recursive chain(username, k, depth) as (
      select ${post.n}::text, ${post.k}::int, 0
      union all
      select p.reply_n, p.reply_k, chain.depth + 1
      from chain join userpost p on p.username = chain.username and p.k = chain.k
      where p.reply_n is not null and ${isShown(sql)}
        and chain.depth < ${MAX_ANCESTORS}
    ) cycle username, k set is_cycle using path
    select chain.depth, ${postColumns(sql)}
    from chain join userpost p on p.username = chain.username and p.k = chain.k
      and ${isShown(sql)}
    ${postJoins(sql)}
    where chain.depth > 0 and not chain.is_cycle order by chain.depth`
  const above: PostView[] = []
  const seen = new Set([postKey(post)])
  for (const row of rows) {
    const view = postViewOf(row)
    if (seen.has(postKey(view))) break
    seen.add(postKey(view))
    above.push(view)
  }
  const top = above.at(-1) ?? post
  const root = await rootAbove(sql, top, seen)
  const chain: AncestorView[] = above.reverse().map((ancestor) => ({ kind: 'post', post: ancestor }))
  return root === undefined ? chain : [root, ...chain]
}

/** What the topmost post that is here answers, if anything: a promoted message, or a post not seen. */
async function rootAbove(sql: Reader, top: PostView, seen: ReadonlySet<string>): Promise<AncestorView | undefined> {
  const parent = top.reply
  if (parent === undefined || seen.has(keyOf(parent.n, parent.k))) return undefined
  if (parent.isPromoted) {
    const message = await promotedAt(sql, parent.k)
    if (message !== undefined && message.n === parent.n) return { kind: 'promoted', message }
  }
  const rows = await sql<{ isRegistered: boolean; knownK: number | null }[]>`
    select exists (select 1 from name where username = ${parent.n}) as is_registered,
      (select max(known_k) from inventory where username = ${parent.n}) as known_k`
  return {
    kind: 'missing',
    n: parent.n,
    k: parent.k,
    isPromoted: parent.isPromoted,
    isRegistered: rows[0]?.isRegistered ?? false,
    knownK: rows[0]?.knownK ?? undefined,
  }
}

/** Nests posts, given oldest first, under the one they answer. No recursion: a chain of answers can be long. */
function treeOf(posts: readonly PostView[], rootKey: string): ThreadNode[] {
  const root: ThreadNode[] = []
  const lists = new Map<string, ThreadNode[]>([[rootKey, root]])
  const nodes = posts.map((post): ThreadNode => ({ post, replies: [], size: 0 }))
  for (const node of nodes) lists.set(postKey(node.post), node.replies)
  for (const node of nodes) {
    const parent = node.post.reply
    if (parent !== undefined) lists.get(keyOf(parent.n, parent.k))?.push(node)
  }
  const ordered: ThreadNode[] = [...root]
  for (const node of ordered) ordered.push(...node.replies)
  for (const node of ordered.reverse()) node.size = node.replies.reduce((sum, reply) => sum + 1 + reply.size, 0)
  return root
}

function postKey(post: PostView): string {
  return keyOf(post.n, post.k)
}

function keyOf(n: string, k: number): string {
  return `${n}/${k}`
}
