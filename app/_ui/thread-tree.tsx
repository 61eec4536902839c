import type { ReactNode } from 'react'
import type { ThreadNode } from '../../db/views.ts'
import { formatNumber, plural } from '../_lib/format.ts'
import { RetwistIcon, StarIcon } from './icons.tsx'
import { Avatar, NameLink } from './person.tsx'
import { Counts, PostBody, Quote } from './post-row.tsx'
import { Age } from './time.tsx'

/** From this depth on branches are no longer indented, or the words would have no room. */
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
  const size = sizeOf(node)
  return (
    <li className={depth >= MAX_INDENT ? 'deep' : undefined}>
      <ReplyRow node={node} now={now} />
      {node.replies.length === 0 ? undefined : (
        <details open>
          <summary>
            <span>{plural(size, 'reply', 'replies')}</span>
            <BranchCounts node={node} />
          </summary>
          <ul className="branch">
            {node.replies.map((reply) => (
              <Branch key={keyOf(reply)} node={reply} depth={depth + 1} now={now} />
            ))}
          </ul>
        </details>
      )}
    </li>
  )
}

function ReplyRow({ node, now }: { node: ThreadNode; now: number }): ReactNode {
  const { post } = node
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
        <PostBody post={{ ...post, reply: undefined }} />
        {inner === undefined ? undefined : <Quote inner={inner} now={now} />}
        {node.replies.length > 0 ? undefined : <Counts counts={post.counts} />}
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

function sizeOf(node: ThreadNode): number {
  return node.replies.reduce((sum, reply) => sum + 1 + sizeOf(reply), 0)
}

function keyOf(node: ThreadNode): string {
  return `${node.post.n}/${node.post.k}`
}
