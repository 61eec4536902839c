import type { ReactNode } from 'react'
import type { ListOrder, Page, PageRequest } from '../../db/page.ts'
import { postByNumber } from '../../db/queries/post.ts'
import { FAVOURITES_OF, favouritesOf, RETWISTS_OF, retwistsOf } from '../../db/queries/posts-about-post.ts'
import type { Reader } from '../../db/queries/reader.ts'
import type { PostView } from '../../db/views.ts'
import { type PageProps, pageRequest, postNumberParam, usernameParam } from '../_lib/params.ts'
import { currentSite } from '../_lib/site.ts'
import { nameInText } from '../_lib/user-name.ts'
import { words } from '../_words/words.ts'
import { BadAddress } from './bad-address.tsx'
import { NotFound } from './not-found.tsx'
import { Pager } from './pager.tsx'
import { PostRow } from './post-row.tsx'
import { ReactionRow } from './reaction-row.tsx'
import { Shell } from './shell.tsx'

interface Reaction {
  order: ListOrder
  query: (sql: Reader, username: string, k: number, request: PageRequest) => Promise<Page<PostView>>
  title: 'post.retwistsOf' | 'post.favouritesOf'
  empty: 'post.noRetwists' | 'post.noFavourites'
}

const REACTIONS: Readonly<Record<'retwists' | 'favourites', Reaction>> = {
  retwists: { order: RETWISTS_OF, query: retwistsOf, title: 'post.retwistsOf', empty: 'post.noRetwists' },
  favourites: { order: FAVOURITES_OF, query: favouritesOf, title: 'post.favouritesOf', empty: 'post.noFavourites' },
}

/** Everybody who did one thing with a post, the first one first; the post itself stands above. */
export async function PostReactionsPage(props: PageProps & { kind: keyof typeof REACTIONS }): Promise<ReactNode> {
  const { reader, clock } = currentSite()
  const { order, query, title, empty } = REACTIONS[props.kind]
  const raw = await props.params
  const username = usernameParam(raw)
  const k = postNumberParam(raw)
  if (username === undefined || k === undefined) return <NotFound />
  const path = `/@${username}/${k}/${props.kind}`
  const request = await pageRequest(reader, await props.searchParams, order)
  if (request === undefined) return <BadAddress back={path} />
  const [post, page] = await Promise.all([postByNumber(reader, username, k), query(reader, username, k, request)])
  if (post === undefined && page.items.length === 0) return <NotFound />
  const heading = words(title, { k, name: nameInText(post?.author ?? { n: username }) })
  const now = clock.now()
  return (
    <Shell title={heading} isUnlisted>
      <h1>{heading}</h1>
      {post === undefined ? undefined : <PostRow post={post} now={now} />}
      {page.items.length === 0 ? (
        <p className="empty">{words(empty)}</p>
      ) : (
        <div className="list">
          {page.items.map((reaction) => (
            <ReactionRow key={`${reaction.n}/${reaction.k}`} post={reaction} times={{ kind: 'ages', now }} />
          ))}
        </div>
      )}
      <Pager page={page} path={path} nextLabel={words('post.later')} prevLabel={words('post.earlier')} />
    </Shell>
  )
}
