import type { AncestorView, ParentView, PostView, ThreadNode, ThreadView } from '../views.ts'
import { isPostShown, isPromotedShown } from './hidden.ts'
import { postByNumber } from './post.ts'
import { isNotHidden, isShown, type PostRow, postColumns, postJoins, postViewOf } from './post-row.ts'
import { promotedAt } from './promoted.ts'
import type { Fragment, Reader } from './reader.ts'
import { show } from './topics.ts'

const MAX_ANCESTORS = 500
const MAX_REPLIES = 1000

/**
 * A post with everything above and below it. A post that is not here has a thread, too, if others answered it.
 * Nobody checks what a post answers, so two posts may answer each other: every post is walked once.
 */
export async function threadOf(sql: Reader, username: string, k: number): Promise<ThreadView> {
  show.post(username, k)
  const [post, below] = await Promise.all([postByNumber(sql, username, k), descendants(sql, username, k)])
  const above = post?.reply === undefined ? [] : await ancestorsOf(sql, post)
  const inChain = new Set([
    keyOf(username, k),
    ...above.flatMap((one) => (one.kind === 'post' ? [postKey(one.post)] : [])),
  ])
  const tree = treeOf(
    below.slice(0, MAX_REPLIES).filter((reply) => !inChain.has(postKey(reply))),
    keyOf(username, k),
  )
  return {
    ancestors: above,
    post,
    replies: tree.replies,
    replyCount: tree.posts.length,
    peopleCount: new Set([username, ...tree.posts.map((reply) => reply.n)]).size,
    isTruncated: below.length > MAX_REPLIES,
  }
}

/**
 * Posts below one, breadth first as PostgreSQL finds them; UNION walks each once, and the limit ends the walk. Only open
 * kinds have a reply_n.
 */
async function descendants(sql: Reader, username: string, k: number): Promise<PostView[]> {
  const rows = await sql<PostRow[]>`
    with recursive tree(username, k) as (
      select ${username}::text, ${k}::int
      union
      select p.username, p.k from tree t join userpost p on p.reply_n = t.username and p.reply_k = t.k
      where ${isNotHidden(sql)}
    ), picked as (
      select username, k from tree ${limitOf(sql, MAX_REPLIES + 2)}
    )
    select ${postColumns(sql)}
    from picked join userpost p on p.username = picked.username and p.k = picked.k
    ${postJoins(sql)}
    where (p.username, p.k) <> (${username}::text, ${k}::int)
    order by p.sort_time, p.username, p.k`
  return rows.map(postViewOf)
}

async function ancestorsOf(sql: Reader, post: PostView): Promise<AncestorView[]> {
  const rows = await sql<PostRow[]>`
    with recursive chain(username, k) as (
      select ${post.n}::text, ${post.k}::int
      union
      select p.reply_n, p.reply_k from chain join userpost p on p.username = chain.username and p.k = chain.k
      where p.reply_n is not null and ${isNotHidden(sql)}
    ), picked as (
      select username, k from chain ${limitOf(sql, MAX_ANCESTORS + 1)}
    )
    select ${postColumns(sql)}
    from picked join userpost p on p.username = picked.username and p.k = picked.k and ${isShown(sql)}
    ${postJoins(sql)}`
  const views = new Map(rows.map(postViewOf).map((view) => [postKey(view), view]))
  const above: PostView[] = []
  const seen = new Set([postKey(post)])
  let top = post
  for (;;) {
    const key = top.reply === undefined ? undefined : parentKey(top.reply)
    const view = key === undefined || seen.has(key) ? undefined : views.get(key)
    if (view === undefined) break
    seen.add(postKey(view))
    above.push(view)
    top = view
  }
  const root = await rootAbove(sql, top, seen)
  const chain: AncestorView[] = above.reverse().map((ancestor) => ({ kind: 'post', post: ancestor }))
  return root === undefined ? chain : [root, ...chain]
}

/** What the topmost post of the chain answers, if that is not here as a post: a promoted message, or a post not seen. */
async function rootAbove(sql: Reader, top: PostView, seen: ReadonlySet<string>): Promise<AncestorView | undefined> {
  const parent = top.reply
  // A post that is here and yet not in the chain: it went in a circle, or the chain was cut.
  if (parent === undefined || (parent.isHere && !parent.isPromoted) || seen.has(parentKey(parent))) return undefined
  if (parent.isPromoted) {
    const message = await promotedAt(sql, parent.k)
    if (message !== undefined && message.n === parent.n) return { kind: 'promoted', message }
  }
  const shown = parent.isPromoted
    ? isPromotedShown(sql, sql`${parent.n}::text`, sql`${parent.k}::int`)
    : isPostShown(sql, sql`${parent.n}::text`, sql`${parent.k}::int`)
  const rows = await sql<{ isRegistered: boolean; knownK: number | null; isHidden: boolean }[]>`
    select not ${shown} as is_hidden, exists (select 1 from name where username = ${parent.n}) as is_registered,
      (select max(known_k) from inventory where username = ${parent.n}) as known_k`
  return {
    kind: 'missing',
    n: parent.n,
    k: parent.k,
    isPromoted: parent.isPromoted,
    isRegistered: rows[0]?.isRegistered ?? false,
    knownK: rows[0]?.knownK ?? undefined,
    isHidden: rows[0]?.isHidden ?? false,
  }
}

/**
 * Nests posts, given oldest first, under the one they answer, and says which found a place: what answers a post of the
 * chain above has none. No recursion: a chain of answers can be long.
 */
function treeOf(posts: readonly PostView[], rootKey: string): { replies: ThreadNode[]; posts: PostView[] } {
  const root: ThreadNode[] = []
  const lists = new Map<string, ThreadNode[]>([[rootKey, root]])
  const nodes = posts.map((post): ThreadNode => ({ post, replies: [], size: 0 }))
  for (const node of nodes) lists.set(postKey(node.post), node.replies)
  for (const node of nodes) {
    const parent = node.post.reply
    if (parent !== undefined) lists.get(parentKey(parent))?.push(node)
  }
  const ordered: ThreadNode[] = [...root]
  for (const node of ordered) ordered.push(...node.replies)
  for (const node of ordered.toReversed()) node.size = node.replies.reduce((sum, reply) => sum + 1 + reply.size, 0)
  return { replies: root, posts: ordered.map((node) => node.post) }
}

function postKey(post: PostView): string {
  return keyOf(post.n, post.k)
}

function keyOf(n: string, k: number): string {
  return `${n}/${k}`
}

/** The parent as userpost's reply_n has it. */
function parentKey(parent: ParentView): string {
  return keyOf(parent.isPromoted ? `!${parent.n}` : parent.n, parent.k)
}

/** A number in the text: see rowLimit. */
function limitOf(sql: Reader, count: number): Fragment {
  return sql`limit ${sql.unsafe(String(count))}`
}
