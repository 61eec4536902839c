import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { HiddenRepliesView, PostView, ThreadNode } from '../../db/views.ts'
import { ThreadTree } from './thread-tree.tsx'

const TIMES = { kind: 'moments', beside: 1_400_000_000 } as const

function post(n: string, k: number, fields: Partial<PostView> = {}): PostView {
  const counts = { replies: 0, retwists: 0, favourites: 0 }
  const text = { msg: `words of ${n}/${k}`, msg2: '', contentHash: '', rivalCount: 0 }
  return { n, k, kind: 'reply', height: 1, time: 1_400_000_060, author: { n }, counts, ...text, ...fields }
}

function node(view: PostView, replies: ThreadNode[] = []): ThreadNode {
  return { post: view, replies, size: replies.reduce((sum, reply) => sum + 1 + reply.size, 0) }
}

function html(nodes: readonly ThreadNode[], hidden: readonly HiddenRepliesView[] = []): string {
  return renderToStaticMarkup(<ThreadTree nodes={nodes} hidden={hidden} times={TIMES} />)
}

test('a branch says how many are in it, and who', () => {
  const found = html([node(post('bob', 1), [node(post('rita', 2)), node(post('kwofu', 3))])])
  expect(found).toContain('<span class="unfolded">2 replies</span>')
  expect(found).toMatch(
    /<span class="folded">2 replies by <bdi dir="ltr">@rita<\/bdi> and <bdi dir="ltr">@kwofu<\/bdi>/,
  )
  expect(found).toContain('<details open="">')
})

test('of many speakers three are named', () => {
  const replies = ['a', 'b', 'c', 'd', 'e'].map((name, k) => node(post(name, k)))
  expect(html([node(post('bob', 1), replies)])).toMatch(/@a<.*@b<.*@c<[^@]* and 2 others</)
})

/** Each but the last answers the one before it, so that all but the first levels are one list. */
function chain(length: number, at = 0): ThreadNode {
  const answers = at === 0 ? undefined : { n: 'bob', k: at - 1, isPromoted: false, isHere: true, text: 'above' }
  return node(post('bob', at, { reply: answers }), at + 1 < length ? [chain(length, at + 1)] : [])
}

test('a long chain is a list in which nobody is quoted who stands right above', () => {
  const found = html([chain(1000)])
  expect(found.match(/<details/g)?.length).toBe(6)
  expect(found).toContain('words of bob/999')
  expect(found).not.toContain('In reply to')
  expect(found).toContain('<a href="/@bob/5">Read this branch on its own page</a>')
  expect(found.length / 1000, 'bytes of a reply').toBeLessThan(800)
})

test('in such a list a row that answers another one says so', () => {
  const below = (view: PostView, at: number): PostView => ({
    ...view,
    reply: { n: 'bob', k: at, isPromoted: false, isHere: true, text: 'what was said' },
  })
  const last = node(below(post('rita', 9), 5))
  const deep = node(post('bob', 5), [node(below(post('bob', 6), 5), [node(below(post('bob', 7), 6))]), last])
  let tree = deep
  for (let k = 4; k >= 0; k--) tree = node(post('bob', k), [tree])
  const found = html([tree])
  expect(found.match(/u-in-reply-to/g)?.length).toBe(1)
  expect(found).toMatch(/In reply to <b dir="auto">@bob<\/b> · <bdi>what was said<\/bdi>/)
})

test('replies that the page has no room for are a link away', () => {
  const counts = { replies: 2, retwists: 0, favourites: 0 }
  expect(html([node(post('bob', 1, { counts }))])).toContain('<p class="counts"><a href="/@bob/1">2 replies</a></p>')
})

test('a reply that is not shown leaves its place, and no name', () => {
  const hidden = [
    { n: 'bob', k: 1, by: 'author', count: 1 },
    { n: 'rita', k: 2, by: 'operator', count: 3 },
  ] as const
  const found = html([node(post('bob', 1)), node(post('rita', 2))], hidden)
  const [first = '', second = ''] = found.split('words of rita/2')
  expect(first).toContain('A reply is not shown here, by the wish of its author.')
  expect(found.match(/class="absent"/g)?.length).toBe(2)
  expect(second).toContain('3 replies are not shown here: they are blocked on this site.')
})
