import type { ReactNode } from 'react'
import type { PostView, ThreadNode } from '../../db/views.ts'
import { plural } from '../_lib/format.ts'
import { formatNumber } from '../_words/numbers.ts'
import { RetwistIcon, StarIcon } from './icons.tsx'
import { Avatar, NameLink } from './person.tsx'
import { Counts, PostBody, Quote } from './post-row.tsx'
import { Age } from './time.tsx'

/**
 * From this depth on branches are a flat list in the order of their tree: the words would have no room, and a chain of
 * a thousand answers must not become a thousand elements inside each other.
 */
const MAX_INDENT = 6

/** The replies to a post, each with its own; branches fold without any script. */
export function ThreadTree({ nodes, now }: { nodes: readonly ThreadNode[]; now: number }): ReactNode {
  if (nodes.length === 0) return undefined
  return (
    <ul className="tree">
      {nodes.map((node) => (
        <Branch key={keyOf(node)} node={node} depth={1} now={now} />
      ))}
    </ul>
  )
}

function Branch({ node, depth, now }: { node: ThreadNode; depth: number; now: number }): ReactNode {
  const isDeep = depth >= MAX_INDENT
  return (
    <li className={isDeep ? 'deep' : undefined}>
      <ReplyRow post={{ ...node.post, reply: undefined }} hasBranch={node.size > 0} now={now} />
      {node.size === 0 ? undefined : (
        <details open>
          <summary>
            <span>{plural(node.size, 'reply', 'replies')}</span>
            <BranchCounts node={node} />
          </summary>
          <ul className="branch">
            {isDeep ? <FlatRows node={node} now={now} /> : <Branches node={node} depth={depth} now={now} />}
          </ul>
        </details>
      )}
    </li>
  )
}

function Branches({ node, depth, now }: { node: ThreadNode; depth: number; now: number }): ReactNode {
  return node.replies.map((reply) => <Branch key={keyOf(reply)} node={reply} depth={depth + 1} now={now} />)
}

/** Everything below a post, each row saying itself what it answers. */
function FlatRows({ node, now }: { node: ThreadNode; now: number }): ReactNode {
  return flatten(node).map((below) => (
    <li key={keyOf(below)}>
      <ReplyRow post={below.post} hasBranch={false} now={now} />
    </li>
  ))
}

/** All nodes below one, each before its own replies. */
export function flatten(node: ThreadNode): ThreadNode[] {
  const found: ThreadNode[] = []
  const waiting = [...node.replies].reverse()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    found.push(next)
    waiting.push(...[...next.replies].reverse())
  }
  return found
}

function ReplyRow({ post, hasBranch, now }: { post: PostView; hasBranch: boolean; now: number }): ReactNode {
  const inner = post.rt ?? post.fav
  return (
    <article className="row">
      <Avatar person={post.author} side={32} />
      <div>
        <p className="who">
          <NameLink person={post.author} />
          <a className="when" href={`/@${post.n}/${post.k}`}>
            <Age seconds={post.time} now={now} />
          </a>
        </p>
        <PostBody post={post} />
        {inner === undefined ? undefined : <Quote inner={inner} now={now} />}
        {hasBranch ? undefined : <Counts counts={post.counts} />}
      </div>
    </article>
  )
}

function BranchCounts({ node }: { node: ThreadNode }): ReactNode {
  const { retwists, favourites } = node.post.counts
  return (
    <>
      {retwists === 0 ? undefined : (
        <span className="count" title={plural(retwists, 'retwist')}>
          <RetwistIcon /> {formatNumber(retwists)}
          <span className="unseen"> {retwists === 1 ? 'retwist' : 'retwists'}</span>
        </span>
      )}
      {favourites === 0 ? undefined : (
        <span className="count" title={plural(favourites, 'favourite')}>
          <StarIcon /> {formatNumber(favourites)}
          <span className="unseen"> {favourites === 1 ? 'favourite' : 'favourites'}</span>
        </span>
      )}
    </>
  )
}

function keyOf(node: ThreadNode): string {
  return `${node.post.n}/${node.post.k}`
}
