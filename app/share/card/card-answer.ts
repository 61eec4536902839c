import { LRUCache } from 'lru-cache'
import { avatarBytes } from '../../../db/queries/avatar.ts'
import { hashtagSummary } from '../../../db/queries/hashtags.ts'
import { postByNumber } from '../../../db/queries/post.ts'
import type { Reader } from '../../../db/queries/reader.ts'
import { postTombstone, userTombstone } from '../../../db/queries/tombstone.ts'
import { userByName } from '../../../db/queries/user.ts'
import { parseUsername } from '../../../node/protocol/username.ts'
import { parsePostNumber, parseTag } from '../../_lib/params.ts'
import { FOR_OTHER_SITES, FOREVER_CACHE, SHORT_CACHE, type ShareAnswer, textAnswer } from '../share-answer.ts'
import type { Card } from './card.ts'
import { cardOfHashtag, cardOfPost, cardOfUser, SITE_CARD } from './card-of.ts'
import { cardHash, cardPath } from './card-path.ts'
import { drawCard } from './draw-card.ts'
import type { EmojiPart } from './emoji.ts'
import { provideFonts } from './fonts.ts'
import { type Painter, reencoded } from './picture.ts'

const CARD_CACHE_BYTES = 16 * 1024 * 1024
/** Each takes a core for a tenth of a second. */
const MAX_CARDS_AT_ONCE = 2
const MAX_CARDS_WAITING = 20
const BUSY_RETRY_S = 5

/** Pictures for those who show links, by what they show and its hash. */
export interface Cards {
  answer(about: string, hash: string): Promise<ShareAnswer>
}

/** `painter`: draws a person who has no picture. */
export function createCards(sql: Reader, painter: Painter): Cards {
  const kept = new LRUCache<string, Buffer>({ maxSize: CARD_CACHE_BYTES, sizeCalculation: (png) => png.length })
  const running = new Map<string, Promise<Buffer>>()
  const waiting: (() => void)[] = []
  let atWork = 0
  let fonts: Promise<EmojiPart[]> | undefined

  async function draw(card: Card): Promise<Buffer> {
    if (atWork >= MAX_CARDS_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
    atWork++
    try {
      fonts ??= provideFonts()
      return await drawCard(card, await pictureOf(card), await fonts)
    } catch (error) {
      // Unpacking them may succeed the next time.
      fonts = undefined
      throw error
    } finally {
      atWork--
      waiting.shift()?.()
    }
  }

  async function pictureOf({ person }: Card): Promise<Uint8Array | undefined> {
    if (person === undefined) return undefined
    const own = person.avatar === undefined ? undefined : await avatarBytes(sql, person.n, person.avatar)
    return (own && (await reencoded(own.bytes))) ?? painter(person.n)
  }

  async function drawOnce(card: Card, hash: string): Promise<Buffer> {
    const promise = draw(card).finally(() => running.delete(hash))
    running.set(hash, promise)
    const png = await promise
    kept.set(hash, png)
    return png
  }

  return {
    async answer(about, hash) {
      // What is hidden is no card any more, whatever was drawn before.
      const card = await cardAbout(sql, about)
      if (card === undefined) return textAnswer(404, 'there is no such picture')
      const current = cardHash(card)
      if (current !== hash || card.about !== about) return moved(cardPath(card))
      const found = kept.get(hash) ?? running.get(hash)
      if (found === undefined && waiting.length >= MAX_CARDS_WAITING) return busy()
      return picture(await (found ?? drawOnce(card, hash)))
    },
  }
}

/** What is to be drawn; nothing for what is not here or not shown. */
async function cardAbout(sql: Reader, about: string): Promise<Card | undefined> {
  if (about === '') return SITE_CARD
  const [first = '', second] = about.split('/', 2)
  if (first === 'hashtag') {
    const tag = parseTag(about.slice('hashtag/'.length))
    // One that nobody used is no subject: anybody could think of as many as there are pictures.
    const isUsed = tag !== undefined && (await hashtagSummary(sql, tag)).postCount > 0
    return isUsed ? cardOfHashtag(tag) : undefined
  }
  const username = parseUsername(first)
  if (username === undefined) return undefined
  if (second === undefined) {
    const user = (await userTombstone(sql, username)) === undefined ? await userByName(sql, username) : undefined
    return user && cardOfUser(user)
  }
  const k = parsePostNumber(second)
  if (k === undefined || (await postTombstone(sql, username, k)) !== undefined) return undefined
  const post = await postByNumber(sql, username, k)
  return post && cardOfPost(post)
}

function picture(png: Buffer): ShareAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'image/png', 'cache-control': FOREVER_CACHE, ...FOR_OTHER_SITES },
    body: png,
  }
}

/** The picture that is true now. */
function moved(location: string): ShareAnswer {
  return { status: 302, headers: { location, 'cache-control': SHORT_CACHE, ...FOR_OTHER_SITES }, body: '' }
}

function busy(): ShareAnswer {
  const answer = textAnswer(503, 'too many pictures are being drawn')
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store', 'retry-after': String(BUSY_RETRY_S) } }
}
