import type { ThreadNode } from '../../db/views.ts'

/** In which order the replies to a post stand; those below them always stand the oldest first, as they were said. */
export const THREAD_ORDERS = ['oldest', 'newest', 'answered'] as const

export type ThreadOrder = (typeof THREAD_ORDERS)[number]

export function parseThreadOrder(text: string | undefined): ThreadOrder | undefined {
  return text === undefined ? 'oldest' : THREAD_ORDERS.find((order) => order === text)
}

/** `replies` come the oldest first. */
export function inThreadOrder(replies: readonly ThreadNode[], order: ThreadOrder): readonly ThreadNode[] {
  switch (order) {
    case 'oldest':
      return replies
    case 'newest':
      return replies.toReversed()
    case 'answered':
      return replies.toSorted((one, other) => other.size - one.size)
  }
}

/**
 * From this depth on branches are a flat list in the order of their tree: the words would have no room, and a chain of
 * a thousand answers must not become a thousand elements inside each other.
 */
export const MAX_INDENT = 6

/** After so many replies branches are folded: what comes later is found by who says it. */
export const MAX_OPEN_ROWS = 60

/** The nodes whose branches are open at first, in the order in which the page shows them. */
export function openBranches(replies: readonly ThreadNode[]): ReadonlySet<ThreadNode> {
  const open = new Set<ThreadNode>()
  let rows = 0
  const visit = (nodes: readonly ThreadNode[], depth: number) => {
    for (const node of nodes) {
      rows++
      const isRoom = depth < MAX_INDENT ? rows < MAX_OPEN_ROWS : rows + node.size <= MAX_OPEN_ROWS
      if (node.size === 0 || !isRoom) continue
      open.add(node)
      if (depth < MAX_INDENT) visit(node.replies, depth + 1)
      else rows += node.size
    }
  }
  visit(replies, 1)
  return open
}

/** All nodes below one, each before its own replies. */
export function flatten(node: ThreadNode): ThreadNode[] {
  const found: ThreadNode[] = []
  const waiting = node.replies.toReversed()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    found.push(next)
    waiting.push(...next.replies.toReversed())
  }
  return found
}

/** Who speaks in a branch, each once, those nearest to its beginning first. */
export function speakersOf(node: ThreadNode): string[] {
  const nodes = [...node.replies]
  for (const one of nodes) nodes.push(...one.replies)
  return [...new Set(nodes.map(({ post }) => post.n))]
}
