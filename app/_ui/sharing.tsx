import type { ReactNode } from 'react'
import type { PostView, UserView } from '../../db/views.ts'
import { isoTime } from '../_lib/format.ts'
import { calmText } from '../_lib/names.ts'
import { currentRendering } from '../_words/rendering.ts'
import { words } from '../_words/words.ts'
import type { Card } from '../share/card/card.ts'
import { cardOfHashtag, cardOfPost, cardOfUser, SITE_CARD } from '../share/card/card-of.ts'
import { cardPath } from '../share/card/card-path.ts'
import { CARD_HEIGHT, CARD_WIDTH } from '../share/card/card-size.ts'
import { excerpt } from '../share/excerpt.ts'
import { personName } from '../share/person-name.ts'

const MAX_DESCRIPTION = 200

interface CardMeta {
  type: 'article' | 'profile' | 'website'
  title: string
  description: string
  card: Card
  /** Of the page, without its query. */
  path: string
}

/** A post in the eyes of those who show links to it. */
export function PostSharing({ post }: { post: PostView }): ReactNode {
  const inner = post.rt ?? post.fav
  const own = post.msg + post.msg2
  const said = own === '' && inner !== undefined ? `${inner.msg}${inner.msg2}` : own
  const path = `/@${post.n}/${post.k}`
  return (
    <>
      <CardMetas
        type="article"
        title={personName(post.author)}
        description={excerpt(said, MAX_DESCRIPTION) || words('feed.noText')}
        card={cardOfPost(post)}
        path={path}
      />
      <meta property="article:published_time" content={isoTime(post.time)} />
      <OEmbedLinks path={path} />
    </>
  )
}

export function UserSharing({ user }: { user: UserView }): ReactNode {
  const path = `/@${user.n}`
  const name = personName({ n: user.n, fullname: user.profile?.fullname })
  return (
    <>
      <CardMetas
        type="profile"
        title={name}
        description={excerpt(user.profile?.bio ?? '', MAX_DESCRIPTION) || words('feed.all', { name })}
        card={cardOfUser(user)}
        path={path}
      />
      <meta property="profile:username" content={user.n} />
      <OEmbedLinks path={path} />
    </>
  )
}

export function HashtagSharing({ tag }: { tag: string }): ReactNode {
  const title = `#${calmText(tag)}`
  const path = `/hashtag/${encodeURIComponent(tag)}`
  const description = words('feed.hashtag', { tag: title })
  return <CardMetas type="website" title={title} description={description} card={cardOfHashtag(tag)} path={path} />
}

/** Any other page. */
export function SiteSharing({ title }: { title: string }): ReactNode {
  const path = currentRendering().address.split('?', 1)[0] ?? '/'
  return <CardMetas type="website" title={title} description={words('site.description')} card={SITE_CARD} path={path} />
}

/** Open Graph; what Twitter's cards do not say themselves is taken from it. */
function CardMetas({ type, title, description, card, path }: CardMeta): ReactNode {
  const { origin } = currentRendering()
  return (
    <>
      <meta name="description" content={description} />
      <meta property="og:type" content={type} />
      <meta property="og:site_name" content="Windsock" />
      <meta property="og:title" content={title} />
      <meta property="og:description" content={description} />
      <meta property="og:url" content={origin + path} />
      <meta property="og:image" content={origin + cardPath(card)} />
      <meta property="og:image:width" content={String(CARD_WIDTH)} />
      <meta property="og:image:height" content={String(CARD_HEIGHT)} />
      <meta property="og:image:alt" content={`${title}: ${description}`} />
      <meta name="twitter:card" content="summary_large_image" />
    </>
  )
}

/** oEmbed 1.0, 4: discovery. */
function OEmbedLinks({ path }: { path: string }): ReactNode {
  const { origin } = currentRendering()
  const at = (format: string) => `${origin}/oembed?${new URLSearchParams({ format, url: origin + path })}`
  return (
    <>
      <link rel="alternate" type="application/json+oembed" href={at('json')} />
      <link rel="alternate" type="text/xml+oembed" href={at('xml')} />
    </>
  )
}
