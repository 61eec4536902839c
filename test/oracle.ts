import type {
  BlockView,
  HashtagView,
  InnerPostView,
  ParentView,
  PostCounts,
  PostView,
  PromotedView,
  RegistrationView,
  ShownKind,
  UserLineView,
  UserView,
} from '../db/views.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import type { Block } from '../node/protocol/block.ts'
import { formatHash, sha256 } from '../node/protocol/hash.ts'
import { recordAt } from '../node/protocol/name-view.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import type { UserpostKind } from '../node/protocol/userpost.ts'
import { type OracleChain, type OraclePromoted, type OracleRecord, oracleChain } from './oracle-chain.ts'
import { type OracleBlock, OracleHiding } from './oracle-hiding.ts'
import { type OraclePerson, oraclePeople } from './oracle-people.ts'
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
import { hashtagsIn, mentionsIn } from './oracle-words.ts'

/**
 * A naive model of the index, from the specification alone: given everything that was ever published, it answers what
 * the pages ask, in whole lists and by looking at everything each time.
 */
export class Oracle {
  readonly chain: OracleChain
  readonly posts: ReadonlyMap<string, OraclePost>
  readonly people: ReadonlyMap<string, OraclePerson>
  /** The posts that are shown, oldest first. */
  readonly shown: readonly OraclePost[]
  readonly #hiding: OracleHiding

  constructor(genesis: Uint8Array, items: readonly OutboxItem[], blocks: readonly OracleBlock[] = []) {
    const raws = items.flatMap((item) => (item.kind === 'block-connected' ? [item.raw] : []))
    this.chain = oracleChain(genesis, raws)
    this.posts = oraclePosts(this.chain, postsInside(items))
    this.people = oraclePeople(this.chain, items)
    this.#hiding = new OracleHiding(blocks, this.people)
    this.shown = [...this.posts.values()].filter((post) => this.#isShown(post)).sort(oldestFirst)
  }

  postByNumber(n: string, k: number): PostView | undefined {
    const post = this.posts.get(`${n}/${k}`)
    return post !== undefined && this.#isShown(post) ? this.postView(post) : undefined
  }

  /** The front: of everybody, or of some. */
  newestPosts(users: readonly string[]): PostView[] {
    const isListed = ({ n, kind }: OraclePost): boolean =>
      (kind === 'post' || kind === 'reply' || kind === 'retwist') && (users.length === 0 || users.includes(n))
    return this.#views(this.shown.filter(isListed).reverse())
  }

  /** By number, the newest first. */
  postsOfUser(n: string, kind: ShownKind | undefined): PostView[] {
    const own = this.shown.filter((post) => post.n === n && (kind === undefined || post.kind === kind))
    return this.#views(own.sort((a, b) => b.k - a.k))
  }

  hiddenNumbers(n: string): number[] {
    const closed = [...this.posts.values()].filter((post) => post.n === n && !isOpen(post))
    return closed.map((post) => post.k).sort((a, b) => a - b)
  }

  repliesTo(n: string, k: number): PostView[] {
    return this.#views(this.#answers(n, k))
  }

  retwistsOf(n: string, k: number): PostView[] {
    return this.#views(this.#copies(n, k, 'retwist'))
  }

  favouritesOf(n: string, k: number): PostView[] {
    return this.#views(this.#copies(n, k, 'favourite'))
  }

  postsByHashtag(tag: string): PostView[] {
    return this.#views(this.shown.filter((post) => hashtagsIn(post.text).includes(tag)).reverse())
  }

  mentionsOfUser(name: string): PostView[] {
    return this.#views(this.shown.filter((post) => mentionsIn(post.text).includes(name)).reverse())
  }

  tags(): string[] {
    return [...new Set(this.shown.flatMap((post) => hashtagsIn(post.text)))].sort(compareText)
  }

  hashtagSummary(tag: string, since = Number.NEGATIVE_INFINITY): HashtagView {
    const posts = this.shown.filter((post) => post.sortTime >= since && hashtagsIn(post.text).includes(tag))
    return {
      tag,
      postCount: posts.length,
      peopleCount: new Set(posts.map((post) => post.n)).size,
      firstTime: posts[0]?.sortTime,
      lastTime: posts.at(-1)?.sortTime,
    }
  }

  hashtagsSince(since: number): HashtagView[] {
    const all = this.tags().map((tag) => this.hashtagSummary(tag, since))
    return all.filter((one) => one.postCount > 0).sort((a, b) => b.peopleCount - a.peopleCount)
  }

  namesByPrefix(prefix: string): UserLineView[] {
    return this.#names()
      .filter((name) => name.startsWith(prefix))
      .map((name) => this.userLine(name))
  }

  namesNewest(): UserLineView[] {
    const first = (name: Username): OracleRecord => required(this.chain.histories.get(name)?.[0])
    const newest = this.#names().sort((a, b) => first(b).height - first(a).height || first(b).index - first(a).index)
    return newest.map((name) => this.userLine(name))
  }

  usersByActivity(): UserLineView[] {
    const lines = [...new Set(this.shown.map((post) => post.n))].map((name) => this.userLine(name))
    return lines.sort((a, b) => required(b.lastTime) - required(a.lastTime) || compareText(b.n, a.n))
  }

  usersByFollowers(): UserLineView[] {
    const followed = [...new Set([...this.people.values()].flatMap((person) => person.following))]
    const lines = followed.map((name) => this.userLine(name)).filter((line) => line.followerCount > 0)
    return lines.sort((a, b) => b.followerCount - a.followerCount || compareText(b.n, a.n))
  }

  followingOf(n: string): UserLineView[] {
    return this.#followed(n).map((name) => this.userLine(name))
  }

  followersOf(n: string): UserLineView[] {
    return this.#followers(n).map((name) => this.userLine(name))
  }

  userByName(name: string): UserView | undefined {
    const n = parseUsername(name)
    const records = n === undefined ? undefined : this.chain.histories.get(n)
    const [first, current] = [records?.[0], records?.at(-1)]
    if (records === undefined || first === undefined || current === undefined || this.isHidden(name)) return undefined
    const all = [...this.posts.values()].filter((post) => post.n === name)
    const own = all.filter((post) => !this.#hiding.isPostHidden(post))
    const count = (kind: UserpostKind): number => own.filter((post) => post.kind === kind).length
    const times = this.shown.filter((post) => post.n === name).map((post) => post.sortTime)
    const person = this.people.get(name)
    return {
      n: name,
      publicKey: current.publicKey && hex(current.publicKey),
      registeredHeight: first.height,
      registeredTime: first.time,
      keys: records.map(registrationView),
      profile: person?.profile,
      avatar: person?.avatar?.contentHash,
      counts: {
        posts: count('post'),
        replies: count('reply'),
        retwists: count('retwist'),
        favourites: count('favourite'),
        custom: count('custom'),
        privateFavourites: count('private-favourite'),
        directMessages: count('direct'),
        following: this.#followed(name).length,
        followers: this.#followers(name).length,
      },
      completeness: {
        // What is hidden is not missing.
        knownK: all.length === 0 ? undefined : Math.max(...all.map((post) => post.k)),
        held: own.length,
        isFollowed: false,
      },
      firstTime: times[0],
      lastTime: times.at(-1),
    }
  }

  /** The registration in force at a height. */
  registrationAt(name: string, height: number): RegistrationView | undefined {
    const n = parseUsername(name)
    const record = n === undefined ? undefined : recordAt(this.chain.view, n, height)
    const own = n === undefined ? undefined : this.chain.histories.get(n)
    const found = own?.find((one) => one.height === record?.height)
    return found && registrationView(found)
  }

  promotedMessages(): PromotedView[] {
    return this.chain.promoted
      .filter((one) => this.#isMessageShown(one))
      .map(promotedView)
      .reverse()
  }

  block(block: Block): BlockView {
    const { header, transactions, sizeBytes } = block
    const isActive = this.chain.blocks.includes(block)
    const next = isActive ? this.chain.blocks[header.height + 1] : undefined
    const promoted = this.chain.promoted.find((one) => one.block === block && this.#isMessageShown(one))
    const registered = [...this.chain.histories].flatMap(([n, records]) =>
      records.filter((record) => record.height === header.height).map((record) => ({ n, record })),
    )
    return {
      height: header.height,
      hash: formatHash(header.hash),
      time: header.time,
      txCount: transactions.length,
      sizeBytes,
      prevHash: formatHash(header.prevHash),
      nextHash: next && formatHash(next.header.hash),
      bits: header.bits,
      isActive,
      promoted: promoted && promotedView(promoted),
      registrations: isActive
        ? registered
            .sort((a, b) => a.record.index - b.record.index)
            .map(({ n, record }) => ({ n, kind: record.kind, txid: formatHash(record.txid) }))
        : [],
    }
  }

  userLine(n: string): UserLineView {
    const name = parseUsername(n)
    const first = name && this.chain.histories.get(name)?.[0]
    const person = this.#person(n)
    const own = this.shown.filter((post) => post.n === n)
    return {
      n,
      fullname: person?.profile?.fullname || undefined,
      avatar: person?.avatar?.contentHash,
      bio: person?.profile?.bio || undefined,
      registeredHeight: first?.height,
      registeredTime: first?.time,
      postCount: own.length,
      followerCount: this.#followers(n).length,
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
      isHere: here !== undefined && this.#isShown(here),
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
    const message = this.chain.promoted.find(
      (one) => one.height === reply.k && one.n === n && this.#isMessageShown(one),
    )
    const open = parent !== undefined && this.#isShown(parent) ? storable(parent.text) : undefined
    const text = isPromoted ? message && storable(message.msg) : open
    const fullname = isPromoted ? undefined : this.#person(n)?.profile?.fullname || undefined
    return { n, k: reply.k, isPromoted, isHere: text !== undefined, fullname, text }
  }

  #personView(n: string) {
    const person = this.#person(n)
    return { n, fullname: person?.profile?.fullname || undefined, avatar: person?.avatar?.contentHash }
  }

  #counts(n: string, k: number): PostCounts {
    return {
      replies: this.#answers(n, k).length,
      retwists: this.#copies(n, k, 'retwist').length,
      favourites: this.#copies(n, k, 'favourite').length,
    }
  }

  #answers(n: string, k: number): OraclePost[] {
    return this.shown.filter(({ post: { userpost } }) => userpost.reply?.n === n && userpost.reply.k === k)
  }

  #copies(n: string, k: number, kind: UserpostKind): OraclePost[] {
    return this.shown.filter(
      (post) => post.kind === kind && post.inner?.userpost.n === n && post.inner.userpost.k === k,
    )
  }

  #followers(n: string): string[] {
    if (this.isHidden(n)) return []
    const followers = [...this.people].filter(([name, person]) => person.following.includes(n) && !this.isHidden(name))
    return followers.map(([name]) => name).sort(compareText)
  }

  #followed(n: string): string[] {
    return (this.#person(n)?.following ?? []).filter((name) => !this.isHidden(name)).sort(compareText)
  }

  /** Of who is hidden the bare name is left. */
  #person(n: string): OraclePerson | undefined {
    return this.isHidden(n) ? undefined : this.people.get(n)
  }

  isHidden(name: string): boolean {
    return this.#hiding.isUserHidden(name)
  }

  #isShown(post: OraclePost): boolean {
    return isOpen(post) && !this.isHidden(post.n) && !this.#hiding.isPostHidden(post)
  }

  #isMessageShown({ n, height, msg }: OraclePromoted): boolean {
    return !this.isHidden(n) && !this.#hiding.isMessageHidden(n, height, msg)
  }

  #names(): Username[] {
    return [...this.chain.histories.keys()].sort(compareText)
  }

  #views(posts: readonly OraclePost[]): PostView[] {
    return posts.map((post) => this.postView(post))
  }
}

function shownKind(kind: UserpostKind): ShownKind {
  if (kind === 'direct' || kind === 'private-favourite') throw new Error('never shown')
  return kind
}

function registrationView(record: OracleRecord): RegistrationView {
  return {
    kind: record.kind,
    height: record.height,
    time: record.time,
    blockHash: formatHash(record.blockHash),
    txid: formatHash(record.txid),
    publicKey: record.publicKey && hex(record.publicKey),
  }
}

function promotedView({ height, block, n, msg, isSigned }: OraclePromoted): PromotedView {
  const { hash, time } = block.header
  return { height, blockHash: formatHash(hash), time, n: storable(n), msg: storable(msg), isSigned }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing where something must be')
  return value
}
