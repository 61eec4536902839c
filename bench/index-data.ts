import type { OutboxItem } from '../node/outbox/item.ts'
import { countCodePoints } from '../node/protocol/bytes.ts'
import { encodeDhtItem } from '../node/protocol/dht-item.ts'
import type { Resource } from '../node/protocol/dht-target.ts'
import {
  parseSignedUserpost,
  type SignedUserpost,
  signUserpost,
  splitText,
  type UserpostFields,
} from '../node/protocol/userpost.ts'
import { CHAIN_PARAMS } from './chain-file.ts'
import { type Author, author, mineChain, registrationHeight } from './index-chain.ts'
import { Writer } from './index-words.ts'
import { Random, Zipf } from './random.ts'

export interface DataSize {
  posts: number
  authors: number
  blocks: number
  /** Unix seconds of the last block: what the queries that look back from "now" are asked for. */
  endTime: number
}

const TWO_YEARS_S = 2 * 365 * 86_400
/** Posts that may be answered, and posts that may be retwisted: the newest so many. */
const RECENT = 4_000
/** Posts are made in the order of their times and handed over in runs of one author's, as swarms bring them. */
const RUN_OVER = 5_000
/** Of the first answers, every second one goes to one of the first posts, up to so many: a long thread. */
const LONG_THREAD = 1_000
const PICTURE = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

export function dataSize(posts: number): DataSize {
  const authors = Math.max(20, Math.min(5_000, Math.floor(posts / 200)))
  const blocks = Math.max(600, Math.min(10_000, Math.floor(posts / 100)))
  const endTime = genesisTime() + blocks * blockSeconds(blocks)
  return { posts, authors, blocks, endTime }
}

function genesisTime(): number {
  return new DataView(CHAIN_PARAMS.genesisHeader.slice(72, 76).buffer).getUint32(0, true)
}

function blockSeconds(blocks: number): number {
  return Math.max(601, Math.floor(TWO_YEARS_S / blocks))
}

/**
 * A network of its own, the same bytes for the same size and seed: a chain that registers the authors; posts of all
 * kinds by authors, tags and answered posts of Zipf frequencies, in several scripts, really signed; profiles, pictures
 * and following lists. Every seq is 0.
 */
export function* indexItems(size: DataSize, seed = 1): Generator<OutboxItem> {
  for (const { header, raw } of mineChain(size.blocks, size.authors, blockSeconds(size.blocks))) {
    const { hash, height, time } = header
    yield { seq: 0, kind: 'block-connected', hash, height, raw, firstSeen: time, source: 'chain' }
  }
  const random = new Random(seed)
  yield* resources(size, random)
  const posts = new Posts(size, random)
  for (let made = 0; made < size.posts; made += RUN_OVER) {
    const items = Array.from({ length: Math.min(RUN_OVER, size.posts - made) }, (_, i) => posts.next(made + i))
    yield* items.sort((a, b) => compare(a.username, b.username) || a.k - b.k)
  }
}

type PostItem = Extract<OutboxItem, { kind: 'userpost' }>

class Posts {
  readonly #size: DataSize
  readonly #random: Random
  readonly #writer: Writer
  readonly #authors: readonly (Author & { language: number; nextK: number; limit: number; registered: number })[]
  readonly #ranks: Zipf
  readonly #recent: { n: string; k: number; time: number }[] = []
  readonly #originals: Pick<SignedUserpost, 'raw' | 'signature'>[] = []
  #longThread: { n: string; k: number; left: number } | undefined

  constructor(size: DataSize, random: Random) {
    this.#size = size
    this.#random = random
    this.#writer = new Writer(random)
    this.#ranks = new Zipf(size.authors, 1)
    this.#authors = Array.from({ length: size.authors }, (_, rank) => {
      const registered = registrationHeight(rank)
      // "k <= 2·(best − regHeight) + 20" (dht-swarm-posts.md 1.5)
      const limit = 2 * (size.blocks - registered) + 20
      return { ...author(rank), language: this.#writer.language(), nextK: 0, limit, registered }
    })
  }

  next(index: number): PostItem {
    const { blocks, posts, authors } = this.#size
    const firstHeight = registrationHeight(authors) + 1
    const height = Math.min(blocks, firstHeight + Math.floor(((blocks - firstHeight) * index) / posts))
    const time = genesisTime() + Math.floor(blockSeconds(blocks) * (height + this.#random.next()))
    const by = this.#author()
    const k = by.nextK++
    const fields = this.#fields(by.language, { n: by.name, k, height, time })
    const piece = signUserpost({ ...fields, ...(k > 0 && { lastk: k - 1 }) }, by.privateKey)
    this.#remember(fields, piece, index)
    return {
      seq: 0,
      kind: 'userpost',
      username: by.name,
      k,
      piece,
      firstSeen: time,
      source: 'swarm',
      tipHeight: height,
    }
  }

  #author() {
    for (;;) {
      const found = this.#authors[this.#ranks.draw(this.#random)]
      if (found !== undefined && found.nextK <= found.limit) return found
    }
  }

  #fields(language: number, base: { n: string; k: number; height: number; time: number }): UserpostFields {
    const random = this.#random
    const draw = random.next()
    if (draw < 0.28 && this.#recent.length > 0)
      return { ...base, ...this.#text(language, base), reply: this.#answered() }
    if (draw < 0.4 && this.#originals.length > 0) {
      const comment = random.isLucky(0.2) ? this.#writer.sentence(language, 100) : ''
      return { ...base, msg: comment, ...(comment === '' && { msg2: '' }), rt: random.pick(this.#originals) }
    }
    if (draw < 0.44 && this.#originals.length > 0)
      return { ...base, msg: '', msg2: '', fav: random.pick(this.#originals) }
    if (draw < 0.46) {
      const bytes = (length: number) => Uint8Array.from({ length }, () => random.below(256))
      return { ...base, msg: '', msg2: '', dm: { body: bytes(160), key: bytes(33), mac: bytes(32), orig: 140 } }
    }
    if (draw < 0.47) return { ...base, msg: '', msg2: '', url: `https://example.org/${base.k}`, mimetype: 'text/html' }
    return { ...base, ...this.#text(language, base) }
  }

  #text(language: number, { time }: { time: number }): { msg: string; msg2?: string } {
    const random = this.#random
    const parts = [this.#writer.sentence(language, random.isLucky(0.05) ? 260 : 110)]
    if (random.isLucky(0.25)) parts.push(`#${this.#writer.tag(Math.floor(time / 86_400))}`)
    if (random.isLucky(0.05)) parts.push(`#${this.#writer.tag(Math.floor(time / 86_400))}`)
    if (random.isLucky(0.15)) parts.unshift(`@user${this.#ranks.draw(random)}`)
    if (random.isLucky(0.08)) parts.push(`https://example.org/${random.below(100_000)}`)
    const text = parts.join(' ')
    return countCodePoints(text) > 280 ? splitText(text.slice(0, 280)) : splitText(text)
  }

  #answered(): { n: string; k: number } {
    const thread = this.#longThread
    if (thread !== undefined && thread.left > 0 && this.#random.isLucky(0.5)) {
      thread.left--
      return { n: thread.n, k: thread.k }
    }
    // The newest are answered most.
    const back = Math.floor(this.#recent.length * this.#random.next() ** 4)
    const { n, k } = this.#recent[this.#recent.length - 1 - back] ?? { n: 'user0', k: 0 }
    return { n, k }
  }

  #remember(fields: UserpostFields, piece: Uint8Array, index: number): void {
    if (fields.rt !== undefined || fields.fav !== undefined || fields.dm !== undefined) return
    keep(this.#recent, { n: fields.n, k: fields.k, time: fields.time })
    if (index > 0 && this.#longThread === undefined) this.#longThread = { n: fields.n, k: fields.k, left: LONG_THREAD }
    const post = fields.url === undefined ? parseSignedUserpost(piece) : undefined
    if (post !== undefined) keep(this.#originals, { raw: post.raw, signature: post.signature })
  }
}

function keep<T>(list: T[], one: T): void {
  list.push(one)
  if (list.length > 2 * RECENT) list.splice(0, RECENT)
}

function* resources({ authors, blocks }: DataSize, random: Random): Generator<OutboxItem> {
  const writer = new Writer(random)
  const popular = new Zipf(authors, 0.9)
  for (let rank = 0; rank < authors; rank++) {
    const by = author(rank)
    const height = registrationHeight(rank) + 1
    const put = (r: string, v: string | string[] | Record<string, string>): OutboxItem => {
      const resource: Resource = { n: by.name, r, t: 's' }
      const time = genesisTime() + height * blockSeconds(blocks)
      const { p, sigP } = encodeDhtItem({ resource, height, time, seq: 1, v, sigUser: by.name }, by.privateKey)
      return { seq: 0, kind: 'dht-item', p, sigP, sigUser: by.name, firstSeen: time, source: 'dht', tipHeight: height }
    }
    const language = writer.language()
    if (random.isLucky(0.8)) {
      const fullname = writer.sentence(language, 20)
      yield put('profile', {
        bio: writer.sentence(language, 120),
        fullname,
        location: '',
        url: `https://${by.name}.example`,
      })
    }
    if (random.isLucky(0.5)) yield put('avatar', PICTURE)
    const followed = new Set(Array.from({ length: random.below(100) }, () => author(popular.draw(random)).name))
    if (followed.size > 0) yield put('following1', [...followed])
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
