import type { ReactNode } from 'react'
import { authorPlace } from '../../db/queries/author-place.ts'
import { whyMissing } from '../../db/queries/missing.ts'
import { postPresence } from '../../db/queries/post-presence.ts'
import { hiddenReplies } from '../../db/queries/thread-hidden.ts'
import { userByName } from '../../db/queries/user.ts'
import type { AuthorPlaceView, ThreadView } from '../../db/views.ts'
import { currentSite } from '../_lib/site.ts'
import type { ThreadOrder } from '../_lib/thread-order.ts'
import { isolated } from '../_lib/user-name.ts'
import { words } from '../_words/words.ts'
import { Absent, Sealed } from './absent.tsx'
import { AskedNetwork } from './asked-network.tsx'
import { missingReason } from './missing-reason.tsx'
import { Replies } from './replies.tsx'
import { Shell } from './shell.tsx'
import { UnknownName } from './unknown-name.tsx'

interface AbsentPostProps {
  username: string
  k: number
  thread: ThreadView
  order: ThreadOrder
}

/** A number that cannot be shown: why, what is known of it all the same, and where to go on. */
export async function AbsentPost({ username, k, thread, order }: AbsentPostProps): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const [presence, user, place, hidden, why] = await Promise.all([
    postPresence(reader, username, k),
    userByName(reader, username),
    authorPlace(reader, username, k),
    hiddenReplies(reader, thread, { n: username, k }),
    whyMissing(reader, username, k),
  ])
  if (user === undefined && thread.replyCount === 0) return <UnknownName username={username} />
  const name = isolated(`@${username}`)
  if (presence.kind === 'encrypted') {
    return (
      <Shell title={words('absent.encryptedTitle', { k, name })} status={404}>
        <h1>{words('absent.encryptedTitle', { k, name })}</h1>
        <Sealed>{words('absent.encrypted')}</Sealed>
        <Ways username={username} place={place} />
      </Shell>
    )
  }
  return (
    <Shell title={words('absent.title', { k, name })} status={thread.replyCount === 0 ? 404 : undefined} isUnlisted>
      <h1>{words('absent.title', { k, name })}</h1>
      <Absent>
        {why.kind === 'not-seen' && presence.knownK !== undefined && k > presence.knownK
          ? words('absent.aboveKnown', { name, k: presence.knownK })
          : missingReason(why)}
        {thread.replies.length === 0 ? undefined : <> {words('absent.namedBelow', { count: thread.replies.length })}</>}
      </Absent>
      {user === undefined ? undefined : <AskedNetwork user={user} />}
      {user === undefined ? undefined : <Ways username={username} place={place} />}
      {thread.replyCount === 0 ? undefined : (
        <Replies parent={{ n: username, k }} thread={thread} hidden={hidden} order={order} beside={clock.now()} />
      )}
    </Shell>
  )
}

/** The nearest posts of the same author that are here. */
function Ways({ username, place }: { username: string; place: AuthorPlaceView }): ReactNode {
  const { prev, next } = place
  return (
    <p className="ways">
      {prev === undefined ? undefined : <a href={`/@${username}/${prev}`}>{words('absent.before', { k: prev })}</a>}
      {next === undefined ? undefined : <a href={`/@${username}/${next}`}>{words('absent.after', { k: next })}</a>}
      <a href={`/@${username}/missing`}>{words('absent.missing')}</a>
      <a href={`/@${username}`}>{words('absent.all', { name: isolated(`@${username}`) })}</a>
    </p>
  )
}
