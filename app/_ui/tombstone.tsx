import type { ReactNode } from 'react'
import type { TombstoneView } from '../../db/views.ts'
import type { TombstoneSubject } from '../_lib/tombstone-subject.ts'
import { richWords, words } from '../_words/words.ts'
import { Removed } from './absent.tsx'
import { Shell } from './shell.tsx'

interface TombstoneProps {
  tombstone: TombstoneView
  what: TombstoneSubject['kind'] | 'link'
}

/** In place of what an author or the operator does not want to be shown: that, why, and what follows from it. */
export function Tombstone({ tombstone, what }: TombstoneProps): ReactNode {
  const reason = <bdi>{tombstone.reason}</bdi>
  const isByAuthor = tombstone.by === 'author'
  return (
    <Shell title={words('tombstone.title')} status={isByAuthor ? 410 : 451}>
      <h1>{words(isByAuthor ? BY_AUTHOR[what] : BY_OPERATOR[what])}</h1>
      <Removed>{richWords(isByAuthor ? 'tombstone.author' : 'tombstone.operator', { reason })}</Removed>
      <p className="note">{words('tombstone.elsewhere')}</p>
      <p className="ways">
        {isByAuthor ? undefined : <a href="/transparency">{words('tombstone.blocked')}</a>}
        <a href="/takedown">{words('tombstone.takedown')}</a>
      </p>
    </Shell>
  )
}

const BY_AUTHOR = {
  user: 'tombstone.userByAuthor',
  post: 'tombstone.postByAuthor',
  hashtag: 'tombstone.hashtagByAuthor',
  link: 'tombstone.linkByAuthor',
} as const

const BY_OPERATOR = {
  user: 'tombstone.userByOperator',
  post: 'tombstone.postByOperator',
  hashtag: 'tombstone.hashtagByOperator',
  link: 'tombstone.linkByOperator',
} as const
