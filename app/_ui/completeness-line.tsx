import type { ReactNode } from 'react'
import type { UserView } from '../../db/views.ts'
import { formatAgo } from '../_lib/format.ts'
import { nameInText, personOf } from '../_lib/user-name.ts'
import { words } from '../_words/words.ts'

/** A node that has said nothing for so long may be away. */
const STALE_AFTER_S = 600

/** What is here of what is known to exist; why the rest is not has a page of its own. */
export function CompletenessLine({ user, now }: { user: UserView; now: number }): ReactNode {
  const { knownK, held, isFollowed } = user.completeness
  const isComplete = isFollowed && knownK !== undefined && held > knownK
  return (
    <p className="note">
      {completenessWords(user, now)}{' '}
      <a href={`/@${user.n}/missing`}>{words(isComplete ? 'missing.how' : 'missing.why')}</a>
    </p>
  )
}

export function completenessWords(user: UserView, now: number): string {
  const { knownK, held, isFollowed, reportedAt } = user.completeness
  const name = nameInText(personOf(user))
  const parts = [knownK === undefined ? words('missing.unknown', { name }) : knownWords(knownK + 1, held)]
  if (!isFollowed) parts.push(words('missing.unfollowed', { name }))
  else if (reportedAt !== undefined && now - reportedAt > STALE_AFTER_S) {
    parts.push(words('missing.stale', { ago: formatAgo(reportedAt, now) }))
  }
  return parts.join(' ')
}

function knownWords(known: number, held: number): string {
  const absent = Math.max(0, known - held)
  return absent === 0 ? words('missing.complete', { held }) : words('missing.line', { held, known, absent })
}
