import { postByNumber } from '../../../db/queries/post.ts'
import { postsOfUser } from '../../../db/queries/posts-of-user.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { userByName } from '../../../db/queries/user.ts'
import { tombstoneOf } from '../../_lib/tombstone-subject.ts'
import { words } from '../../_words/words.ts'
import { personName } from '../person-name.ts'
import type { ShareAnswer } from '../share-answer.ts'
import { type EmbedFrame, embedPage } from './embed-page.tsx'
import { EmbeddedPost } from './embed-post.tsx'
import { EmbeddedProfile } from './embed-profile.tsx'
import type { EmbedSubject } from './embed-subject.ts'

const POSTS_OF_PROFILE = 3

/** A post or profile for a frame: 404 where there is none, 410 and 451 where it is hidden. */
export async function embedAnswer(sql: Reader, subject: EmbedSubject, frame: EmbedFrame): Promise<ShareAnswer> {
  const tombstone = await tombstoneOf(sql, subject)
  if (tombstone !== undefined) {
    const status = tombstone.by === 'author' ? 410 : 451
    return sentence(frame, status, words('embed.gone', { reason: tombstone.reason }))
  }
  const { username } = subject
  if (subject.kind === 'post') {
    const post = await postByNumber(sql, username, subject.k)
    if (post === undefined) return sentence(frame, 404, words('embed.nothing'))
    const title = words('embed.of', { name: personName(post.author) })
    const children = <EmbeddedPost post={post} />
    return embedPage(frame, { status: 200, title, pagePath: `/@${post.n}/${post.k}`, children })
  }
  const [user, page] = await Promise.all([
    userByName(sql, username),
    postsOfUser(sql, username, 'post', { limit: POSTS_OF_PROFILE }),
  ])
  if (user === undefined) return sentence(frame, 404, words('embed.nothing'))
  const name = personName({ n: user.n, fullname: user.profile?.fullname })
  const children = <EmbeddedProfile user={user} posts={page.items} />
  return embedPage(frame, { status: 200, title: words('embed.profile', { name }), pagePath: `/@${username}`, children })
}

function sentence(frame: EmbedFrame, status: number, text: string): ShareAnswer {
  return embedPage(frame, { status, title: text, children: <h1 className="mut">{text}</h1> })
}
