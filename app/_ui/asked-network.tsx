import type { ReactNode } from 'react'
import { userFetchOf } from '../../db/queries/user-fetch.ts'
import type { UserView } from '../../db/views.ts'
import { parseUsername } from '../../node/protocol/username.ts'
import { fetchWords, isFetchDue } from '../_lib/fetch-words.ts'
import { currentSite } from '../_lib/site.ts'

/** Asks the network for a user whom the node does not follow, within bounds, and says how that gets on. */
export async function AskedNetwork({ user }: { user: UserView }): Promise<ReactNode> {
  const { reader, clock, wanted } = currentSite()
  const username = parseUsername(user.n)
  if (username === undefined || user.completeness.isFollowed) return undefined
  const fetch = await userFetchOf(reader, username)
  const now = clock.now()
  const isAsked = isFetchDue(fetch, now) ? wanted.ask(username) : true
  return <p className="note">{fetchWords(fetch, isAsked, now)}</p>
}
