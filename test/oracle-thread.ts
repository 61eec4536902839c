import { expect } from 'vitest'
import type { Reader } from '../db/queries/reader.ts'
import { threadOf } from '../db/queries/thread.ts'
import type { PostView, ThreadNode } from '../db/views.ts'
import type { Oracle } from './oracle.ts'

/** A thread in short: `n/k` of what stands above, from the root down, and of what stands below, nested. */
interface Outline {
  above: string[]
  below: Branch[]
  replyCount: number
  peopleCount: number
}
interface Branch {
  post: string
  size: number
  replies: Branch[]
}

export async function compareThread(sql: Reader, oracle: Oracle, n: string, k: number): Promise<void> {
  const thread = await threadOf(sql, n, k)
  const above = thread.ancestors.map((one) => {
    if (one.kind === 'post') return keyOf(one.post)
    if (one.kind === 'promoted') return `promoted ${one.message.n}/${one.message.height}`
    return `missing ${one.isPromoted ? '!' : ''}${one.n}/${one.k}`
  })
  const outline = {
    above,
    below: thread.replies.map(branchOf),
    replyCount: thread.replyCount,
    peopleCount: thread.peopleCount,
  }
  expect(outline, `thread of ${n}/${k}`).toEqual(outlineOf(oracle, n, k))
}

function branchOf({ post, size, replies }: ThreadNode): Branch {
  return { post: keyOf(post), size, replies: replies.map(branchOf) }
}

/** Upwards by `reply` to the top, downwards by who replied (§7.2), each post once: what stands above is not below. */
function outlineOf(oracle: Oracle, n: string, k: number): Outline {
  const chain = [`${n}/${k}`]
  const above: string[] = []
  for (let { reply } = oracle.postByNumber(n, k) ?? {}; reply !== undefined; ) {
    const key = `${reply.n}/${reply.k}`
    if (!reply.isPromoted && chain.includes(key)) break
    const parent = reply.isPromoted ? undefined : oracle.postByNumber(reply.n, reply.k)
    if (parent !== undefined) chain.push(key)
    const promoted =
      reply.isPromoted && reply.isHere ? `promoted ${key}` : `missing ${reply.isPromoted ? '!' : ''}${key}`
    above.unshift(parent === undefined ? promoted : key)
    reply = parent?.reply
  }
  const below = branchesBelow(oracle, n, k, chain)
  const all = below.flatMap(everyPost)
  const people = new Set([n, ...all.map((key) => key.split('/')[0])])
  return { above, below, replyCount: all.length, peopleCount: people.size }
}

function branchesBelow(oracle: Oracle, n: string, k: number, taken: readonly string[]): Branch[] {
  return oracle.repliesTo(n, k).flatMap((post) => {
    if (taken.includes(keyOf(post))) return []
    const replies = branchesBelow(oracle, post.n, post.k, taken)
    return [{ post: keyOf(post), size: replies.flatMap(everyPost).length, replies }]
  })
}

function everyPost({ post, replies }: Branch): string[] {
  return [post, ...replies.flatMap(everyPost)]
}

function keyOf({ n, k }: Pick<PostView, 'n' | 'k'>): string {
  return `${n}/${k}`
}
