import type { ProfileVersionView } from '../db/queries/history.ts'
import type { InnerPostView, ParentView, PostCounts, PostView, ShownKind, UserLineView } from '../db/views.ts'
import { languageOf } from '../indexer/posts/language.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { sha256 } from '../node/protocol/hash.ts'
import { parseUsername } from '../node/protocol/username.ts'
import { fullText, type UserpostKind } from '../node/protocol/userpost.ts'
import { type OracleChain, type OraclePromoted, oracleChain } from './oracle-chain.ts'
import { type OracleBlock, OracleHiding } from './oracle-hiding.ts'
import { type OraclePerson, oraclePeople, profileVersions } from './oracle-people.ts'
import {
  compareText,
  hex,
  isOpen,
  type OraclePost,
  oldestFirst,
  oraclePosts,
  postsInside,
  storable,
} from './oracle-posts.ts'

/** What follows from everything that was ever published, and how pages show it. */
export class OracleFacts {
  readonly chain: OracleChain
  readonly posts: ReadonlyMap<string, OraclePost>
  readonly people: ReadonlyMap<string, OraclePerson>
  /** The posts that are shown, oldest first. */
  readonly shown: readonly OraclePost[]
  readonly #hiding: OracleHiding
  readonly #items: readonly OutboxItem[]

  constructor(genesis: Uint8Array, items: readonly OutboxItem[], blocks: readonly OracleBlock[] = []) {
    this.#items = items
    const raws = items.flatMap((item) => (item.kind === 'block-connected' ? [item.raw] : []))
    this.chain = oracleChain(genesis, raws)
    this.posts = oraclePosts(this.chain, postsInside(items))
    this.people = oraclePeople(this.chain, items)
    this.#hiding = new OracleHiding(blocks, this.people)
    this.shown = [...this.posts.values()].filter((post) => this.isShown(post)).sort(oldestFirst)
  }

  profileHistory(n: string): ProfileVersionView[] {
    return this.isHidden(n) ? [] : profileVersions(this.chain, this.#items, n)
  }

  userLine(n: string): UserLineView {
    const name = parseUsername(n)
    const first = name && this.chain.histories.get(name)?.[0]
    const person = this.person(n)
    const own = this.shown.filter((post) => post.n === n)
    return {
      n,
      fullname: person?.profile?.fullname || undefined,
      avatar: person?.avatar?.contentHash,
      bio: person?.profile?.bio || undefined,
      registeredHeight: first?.height,
      registeredTime: first?.time,
      postCount: own.length,
      followerCount: this.followers(n).length,
      lastTime: own.at(-1)?.sortTime,
      isIndexed: person?.profile !== undefined || own.length > 0,
    }
  }

  postView(post: OraclePost): PostView {
    const { userpost } = post.post
    const inner = this.#innerView(post)
    return {
      n: post.n,
      k: post.k,
      kind: shownKind(post.kind),
      height: userpost.height,
      time: userpost.time,
      msg: storable(userpost.msg),
      msg2: storable(userpost.msg2),
      lastk: userpost.lastk,
      reply: this.#parentView(post),
      rt: post.kind === 'favourite' ? undefined : inner,
      fav: post.kind === 'favourite' ? inner : undefined,
      url: userpost.url && storable(userpost.url),
      mimetype: userpost.mimetype && storable(userpost.mimetype),
      // Which language a text is in has tests of its own; which text it is of is asked here.
      lang: languageOf(post.text === '' && post.inner !== undefined ? fullText(post.inner.userpost) : post.text),
      contentHash: post.contentHash,
      rivalCount: post.rivals.length,
      author: this.#personView(post.n),
      counts: this.#counts(post.n, post.k),
    }
  }

  #innerView({ inner }: OraclePost): InnerPostView | undefined {
    if (inner === undefined) return undefined
    const { n, k, height, time, msg, msg2, reply } = inner.userpost
    const here = this.posts.get(`${n}/${k}`)
    return {
      n,
      k,
      height,
      time,
      msg: storable(msg),
      msg2: storable(msg2),
      reply: reply && { n: reply.n, k: reply.k },
      contentHash: hex(sha256(inner.raw)),
      author: this.#personView(n),
      isHere: here !== undefined && this.isShown(here),
      counts: this.#counts(n, k),
    }
  }

  #parentView({ post }: OraclePost): ParentView | undefined {
    const { reply } = post.userpost
    if (reply === undefined) return undefined
    // "n may be !user for a promoted post (then k = block height)" (§5.1)
    const isPromoted = reply.n.startsWith('!')
    const n = isPromoted ? reply.n.slice(1) : reply.n
    const parent = this.posts.get(`${reply.n}/${reply.k}`)
    const message = this.chain.promoted.find((one) => one.height === reply.k && one.n === n && this.isMessageShown(one))
    const open = parent !== undefined && this.isShown(parent) ? storable(parent.text) : undefined
    const text = isPromoted ? message && storable(message.msg) : open
    const fullname = isPromoted ? undefined : this.person(n)?.profile?.fullname || undefined
    return { n, k: reply.k, isPromoted, isHere: text !== undefined, fullname, text }
  }

  #personView(n: string) {
    const person = this.person(n)
    return { n, fullname: person?.profile?.fullname || undefined, avatar: person?.avatar?.contentHash }
  }

  #counts(n: string, k: number): PostCounts {
    return {
      replies: this.answers(n, k).length,
      retwists: this.copies(n, k, 'retwist').length,
      favourites: this.copies(n, k, 'favourite').length,
    }
  }

  answers(n: string, k: number): OraclePost[] {
    return this.shown.filter(({ post: { userpost } }) => userpost.reply?.n === n && userpost.reply.k === k)
  }

  copies(n: string, k: number, kind: UserpostKind): OraclePost[] {
    return this.shown.filter(
      (post) => post.kind === kind && post.inner?.userpost.n === n && post.inner.userpost.k === k,
    )
  }

  followers(n: string): string[] {
    if (this.isHidden(n)) return []
    const followers = [...this.people].filter(([name, person]) => person.following.includes(n) && !this.isHidden(name))
    return followers.map(([name]) => name).sort(compareText)
  }

  followed(n: string): string[] {
    return (this.person(n)?.following ?? []).filter((name) => !this.isHidden(name)).sort(compareText)
  }

  /** Of who is hidden the bare name is left. */
  person(n: string): OraclePerson | undefined {
    return this.isHidden(n) ? undefined : this.people.get(n)
  }

  isHidden(name: string): boolean {
    return this.#hiding.isUserHidden(name)
  }

  isPostHidden(post: OraclePost): boolean {
    return this.#hiding.isPostHidden(post)
  }

  isShown(post: OraclePost): boolean {
    return isOpen(post) && !this.isHidden(post.n) && !this.#hiding.isPostHidden(post)
  }

  isMessageShown({ n, height, msg }: OraclePromoted): boolean {
    return !this.isHidden(n) && !this.#hiding.isMessageHidden(n, height, msg)
  }
}

function shownKind(kind: UserpostKind): ShownKind {
  if (kind === 'direct' || kind === 'private-favourite') throw new Error('never shown')
  return kind
}
