import type { MissingPostView, PostView, ThreadNode, ThreadView } from '../views.ts'
import { authorFacts, foundIn, whyUnseen } from './missing.ts'
import type { Reader } from './reader.ts'

const MISSING_SHOWN = 200

/** The posts that a thread names and that are not here: answered, or embedded in one of its posts; and why. */
export async function missingInThread(sql: Reader, thread: ThreadView): Promise<MissingPostView[]> {
  const named = namedIn(postsOf(thread))
  if (named.length === 0) return []
  const absent = await sql<{ at: number }[]>`
    select (named.at - 1)::int as at
    from unnest(${named.map((one) => one.n)}::text[], ${named.map((one) => one.k)}::int[]) with ordinality named (n, k, at)
    where not exists (select from userpost where userpost.username = named.n and userpost.k = named.k)
    order by named.at limit ${sql.unsafe(String(MISSING_SHOWN))}`
  const missing = absent.flatMap(({ at }) => named[at] ?? [])
  const [facts, found] = await Promise.all([
    authorFacts(sql, [...new Set(missing.map(({ n }) => n))]),
    foundIn(
      sql,
      missing.map(({ n, k }) => ({ username: n, from: k, to: k })),
    ),
  ])
  const reasons = new Map(found.map(({ username, k, why }) => [`${username}/${k}`, why]))
  return missing.map(({ n, k, namedBy }) => ({
    n,
    k,
    namedBy,
    why: reasons.get(`${n}/${k}`) ?? whyUnseen(facts.get(n), k),
  }))
}

interface Named {
  n: string
  k: number
  namedBy: { n: string; k: number }
}

/** Each once, by the first that names it. Promoted messages are no posts. */
function namedIn(posts: readonly PostView[]): Named[] {
  const named = new Map<string, Named>()
  const note = (post: PostView, n: string, k: number) => {
    const key = `${n}/${k}`
    if (!named.has(key) && !n.startsWith('!')) named.set(key, { n, k, namedBy: { n: post.n, k: post.k } })
  }
  for (const post of posts) {
    if (post.reply !== undefined && !post.reply.isPromoted && !post.reply.isHere) note(post, post.reply.n, post.reply.k)
    const inner = post.rt ?? post.fav
    if (inner !== undefined && !inner.isHere) note(post, inner.n, inner.k)
    if (inner?.reply !== undefined) note(post, inner.reply.n, inner.reply.k)
  }
  return [...named.values()]
}

function postsOf({ ancestors, post, replies }: ThreadView): PostView[] {
  const nodes: ThreadNode[] = [...replies]
  for (const node of nodes) nodes.push(...node.replies)
  return [
    ...ancestors.flatMap((ancestor) => (ancestor.kind === 'post' ? [ancestor.post] : [])),
    ...(post === undefined ? [] : [post]),
    ...nodes.map((node) => node.post),
  ]
}
