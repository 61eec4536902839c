import type { ReactNode } from 'react'
import type { PostCounts } from '../../db/views.ts'
import { formatNumber } from '../_words/numbers.ts'
import { words } from '../_words/words.ts'
import { ReplyIcon, RetwistIcon, StarIcon } from './icons.tsx'

/** What others did with a post, as far as anybody did anything. */
export function Counts({ counts }: { counts: PostCounts }): ReactNode {
  const { replies, retwists, favourites } = counts
  if (replies + retwists + favourites === 0) return undefined
  return (
    <p className="counts">
      <CountOf count={replies} label="post.replies" icon={<ReplyIcon />} />
      <Spread counts={counts} />
    </p>
  )
}

/** Retwists and favourites, where something else says the replies. */
export function Spread({ counts: { retwists, favourites } }: { counts: PostCounts }): ReactNode {
  return (
    <>
      <CountOf count={retwists} label="post.retwists" icon={<RetwistIcon />} />
      <CountOf count={favourites} label="post.favourites" icon={<StarIcon />} />
    </>
  )
}

type Label = 'post.replies' | 'post.retwists' | 'post.favourites'

function CountOf({ count, label, icon }: { count: number; label: Label; icon: ReactNode }): ReactNode {
  if (count === 0) return undefined
  return (
    <span role="img" title={words(label, { count })}>
      {icon}
      {formatNumber(count)}
    </span>
  )
}
