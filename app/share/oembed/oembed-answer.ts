import { postByNumber } from '../../../db/queries/post.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { userByName } from '../../../db/queries/user.ts'
import type { PersonView } from '../../../db/views.ts'
import { tombstoneOf } from '../../_lib/tombstone-subject.ts'
import { currentRendering } from '../../_words/rendering.ts'
import { words } from '../../_words/words.ts'
import { cardOfPost, cardOfUser } from '../card/card-of.ts'
import { cardPath } from '../card/card-path.ts'
import { CARD_HEIGHT, CARD_WIDTH } from '../card/card-size.ts'
import { type EmbedSubject, embedPath } from '../embed/embed-subject.ts'
import { excerpt } from '../excerpt.ts'
import { personName } from '../person-name.ts'
import { FOR_OTHER_SITES, SHORT_CACHE, type ShareAnswer, textAnswer } from '../share-answer.ts'
import { xmlText } from '../xml.ts'
import { embedSize } from './embed-size.ts'
import { type OEmbed, oembedXml } from './oembed.ts'
import { type OEmbedRefusal, type OEmbedRequest, parseOEmbedRequest } from './oembed-request.ts'

const MAX_TITLE = 120
const CACHE_AGE_S = 3600

const REFUSALS: Readonly<Record<OEmbedRefusal, string>> = {
  400: 'url must be the whole address of a page of this site, maxwidth and maxheight whole numbers of pixels',
  404: 'only posts and profiles of this site that are here and shown can be embedded',
  501: 'format must be json or xml',
}

/** oEmbed 1.0: what another site needs to show a post or profile in its own pages. */
export async function oembedAnswer(sql: Reader, query: URLSearchParams): Promise<ShareAnswer> {
  const { origin } = currentRendering()
  const request = parseOEmbedRequest(query, new URL(origin).host)
  if (typeof request === 'number') return textAnswer(request, REFUSALS[request])
  const isHidden = (await tombstoneOf(sql, request.subject)) !== undefined
  const shown = isHidden ? undefined : await shownOf(sql, request.subject)
  if (shown === undefined) return textAnswer(404, REFUSALS[404])
  const isJson = request.format === 'json'
  const oembed = oembedOf(request, shown, origin)
  const type = isJson ? 'application/json; charset=utf-8' : 'text/xml; charset=utf-8'
  const headers = { 'content-type': type, 'cache-control': SHORT_CACHE, ...FOR_OTHER_SITES }
  return { status: 200, headers, body: isJson ? JSON.stringify(oembed) : oembedXml(oembed) }
}

interface Shown {
  person: PersonView
  title: string
  texts: string[]
  cardPath: string
}

async function shownOf(sql: Reader, subject: EmbedSubject): Promise<Shown | undefined> {
  if (subject.kind === 'post') {
    const post = await postByNumber(sql, subject.username, subject.k)
    if (post === undefined) return undefined
    const inner = post.rt ?? post.fav
    const own = post.msg + post.msg2
    const texts = [own, inner === undefined ? '' : `\n${inner.msg}${inner.msg2}`]
    const title = excerpt(own === '' ? texts.join('') : own, MAX_TITLE) || words('feed.noText')
    return { person: post.author, title, texts, cardPath: cardPath(cardOfPost(post)) }
  }
  const user = await userByName(sql, subject.username)
  if (user === undefined) return undefined
  const person = { n: user.n, fullname: user.profile?.fullname, avatar: user.avatar }
  const texts = [user.profile?.bio ?? '', '\n\n\n\n\n\n\n\n']
  return {
    person,
    title: words('embed.profile', { name: personName(person) }),
    texts,
    cardPath: cardPath(cardOfUser(user)),
  }
}

function oembedOf(request: OEmbedRequest, shown: Shown, origin: string): OEmbed {
  const size = embedSize(shown.texts, request)
  const prefix = request.language === undefined ? '' : `/${request.language}`
  const source = origin + prefix + embedPath(request.subject)
  const { person, title } = shown
  const hasRoom = (request.maxWidth ?? CARD_WIDTH) >= CARD_WIDTH && (request.maxHeight ?? CARD_HEIGHT) >= CARD_HEIGHT
  return {
    type: 'rich',
    version: '1.0',
    title,
    author_name: personName(person),
    author_url: `${origin}/@${person.n}`,
    provider_name: 'Windsock',
    provider_url: `${origin}/`,
    cache_age: CACHE_AGE_S,
    html: `<iframe src="${xmlText(source)}" title="${xmlText(title)}" width="${size.width}" height="${size.height}" style="border:0;max-width:100%" loading="lazy"></iframe>`,
    ...size,
    ...(hasRoom
      ? { thumbnail_url: origin + shown.cardPath, thumbnail_width: CARD_WIDTH, thumbnail_height: CARD_HEIGHT }
      : {}),
  }
}
