import type { ReactNode } from 'react'
import type { HiddenRepliesView, PostId, PostView, ThreadNode } from '../../db/views.ts'
import { flatten, MAX_INDENT, openBranches, speakersOf } from '../_lib/thread-order.ts'
import { richWords, words } from '../_words/words.ts'
import { Byline } from './byline.tsx'
import { HiddenReplies } from './hidden-replies.tsx'
import { NameList } from './name-list.tsx'
import { Avatar } from './person.tsx'
import { PostBody } from './post-body.tsx'
import { Counts, Spread } from './post-counts.tsx'
import type { Times } from './when.tsx'

interface ThreadTreeProps {
  nodes: readonly ThreadNode[]
  /** Replies that are not shown, by the post they answer. */
  hidden: readonly HiddenRepliesView[]
  times: Times
}

/** What every branch needs to know of the tree it is in. */
interface Tree extends Omit<ThreadTreeProps, 'nodes'> {
  open: ReadonlySet<ThreadNode>
}

const COMMENT = 'https://schema.org/Comment'

/** The replies to a post, each with its own; branches fold without any script. */
export function ThreadTree({ nodes, ...rest }: ThreadTreeProps): ReactNode {
  if (nodes.length === 0) return undefined
  const tree: Tree = { ...rest, open: openBranches(nodes) }
  return (
    <ul className="tree">
      {nodes.map((node) => (
        <Branch key={keyOf(node.post)} node={node} depth={1} tree={tree} />
      ))}
    </ul>
  )
}

function Branch({ node, depth, tree }: { node: ThreadNode; depth: number; tree: Tree }): ReactNode {
  const isDeep = depth >= MAX_INDENT
  return (
    <li
      className={isDeep ? 'deep u-comment h-cite' : 'u-comment h-cite'}
      itemProp="comment"
      itemScope
      itemType={COMMENT}
    >
      <ReplyRow post={{ ...node.post, reply: undefined }} below={belowOf(node)} times={tree.times} />
      {node.size === 0 ? undefined : (
        <details open={tree.open.has(node)}>
          <Fold node={node} />
          <ul className="branch">
            {isDeep ? (
              <FlatRows node={node} times={tree.times} />
            ) : (
              node.replies.map((reply) => <Branch key={keyOf(reply.post)} node={reply} depth={depth + 1} tree={tree} />)
            )}
          </ul>
        </details>
      )}
      <HiddenReplies hidden={tree.hidden} parent={node.post} />
    </li>
  )
}

/** The control that folds a branch: how many are in it, and who, once they cannot be seen. */
function Fold({ node }: { node: ThreadNode }): ReactNode {
  return (
    <summary>
      <span className="unfolded">{words('post.replies', { count: node.size })}</span>
      <span className="folded">
        {richWords('thread.folded', { count: node.size, names: <Speakers names={speakersOf(node)} /> })}
      </span>
      <Spread counts={node.post.counts} />
    </summary>
  )
}

const MAX_SPEAKERS = 3

function Speakers({ names }: { names: readonly string[] }): ReactNode {
  const shown = names.slice(0, MAX_SPEAKERS).map((name) => (
    <bdi key={name} dir="ltr">
      @{name}
    </bdi>
  ))
  const more = names.length - shown.length
  return <NameList items={more === 0 ? shown : [...shown, words('thread.others', { count: more })]} />
}

/** So many rows are a branch that is better read where it has room. */
const MIN_OWN_PAGE = 3

/** Everything below a post: a row that does not answer the one above it says itself what it answers. */
function FlatRows({ node, times }: { node: ThreadNode; times: Times }): ReactNode {
  const rows = flatten(node).map(({ post }) => post)
  const items = rows.map((post, at) => {
    const above = rows[at - 1] ?? node.post
    const answersAbove = post.reply?.n === above.n && post.reply.k === above.k
    return (
      <li key={keyOf(post)} className="u-comment h-cite" itemProp="comment" itemScope itemType={COMMENT}>
        <ReplyRow post={answersAbove ? { ...post, reply: undefined } : post} below="listed" times={times} />
      </li>
    )
  })
  if (rows.length < MIN_OWN_PAGE) return items
  return [
    ...items,
    <li key="own" className="small">
      <a href={`/@${keyOf(node.post)}`}>{words('thread.branch')}</a>
    </li>,
  ]
}

/** Where the replies to a reply are: in a branch of its own, in the list it is in, or on its own page alone. */
type Below = 'branch' | 'listed' | 'elsewhere'

function belowOf(node: ThreadNode): Below {
  if (node.size > 0) return 'branch'
  return node.post.counts.replies > 0 ? 'elsewhere' : 'listed'
}

function ReplyRow({ post, below, times }: { post: PostView; below: Below; times: Times }): ReactNode {
  return (
    <article className={below === 'branch' ? 'row railed' : 'row'}>
      <Avatar person={post.author} side={32} />
      <div>
        <Byline person={post.author} k={post.k} seconds={post.time} times={times} />
        <PostBody post={post} times={times} />
        {below === 'listed' ? <Counts counts={post.counts} /> : undefined}
        {below === 'elsewhere' ? <CountsElsewhere post={post} /> : undefined}
      </div>
    </article>
  )
}

function CountsElsewhere({ post }: { post: PostView }): ReactNode {
  return (
    <p className="counts">
      <a href={`/@${keyOf(post)}`}>{words('post.replies', { count: post.counts.replies })}</a>
      <Spread counts={post.counts} />
    </p>
  )
}

function keyOf({ n, k }: PostId): string {
  return `${n}/${k}`
}
