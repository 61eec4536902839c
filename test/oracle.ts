import type {
  BlockView,
  HashtagView,
  PostView,
  PromotedView,
  RegistrationView,
  ShownKind,
  UserLineView,
  UserView,
} from '../db/views.ts'
import type { Block } from '../node/protocol/block.ts'
import { formatHash } from '../node/protocol/hash.ts'
import { recordAt } from '../node/protocol/name-view.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import type { UserpostKind } from '../node/protocol/userpost.ts'
import type { OraclePromoted, OracleRecord } from './oracle-chain.ts'
import { OracleFacts } from './oracle-facts.ts'
import { compareText, hex, isOpen, type OraclePost, storable } from './oracle-posts.ts'
import { hashtagsIn, mentionsIn } from './oracle-words.ts'

/**
 * A naive model of the index, from the specification alone: given everything that was ever published, it answers what
 * the pages ask, in whole lists and by looking at everything each time.
 */
export class Oracle extends OracleFacts {
  postByNumber(n: string, k: number): PostView | undefined {
    const post = this.posts.get(`${n}/${k}`)
    return post !== undefined && this.isShown(post) ? this.postView(post) : undefined
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
    return this.#views(this.answers(n, k))
  }

  retwistsOf(n: string, k: number): PostView[] {
    return this.#views(this.copies(n, k, 'retwist'))
  }

  favouritesOf(n: string, k: number): PostView[] {
    return this.#views(this.copies(n, k, 'favourite'))
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

  usersByPrefix(prefix: string): UserLineView[] {
    const names = [...new Set(this.shown.map((post) => post.n))].filter((name) => name.startsWith(prefix))
    return names.sort(compareText).map((name) => this.userLine(name))
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
    return this.followed(n).map((name) => this.userLine(name))
  }

  followersOf(n: string): UserLineView[] {
    return this.followers(n).map((name) => this.userLine(name))
  }

  userByName(name: string): UserView | undefined {
    const n = parseUsername(name)
    const records = n === undefined ? undefined : this.chain.histories.get(n)
    const [first, current] = [records?.[0], records?.at(-1)]
    if (records === undefined || first === undefined || current === undefined || this.isHidden(name)) return undefined
    const all = [...this.posts.values()].filter((post) => post.n === name)
    const own = all.filter((post) => !this.isPostHidden(post))
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
        following: this.followed(name).length,
        followers: this.followers(name).length,
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
      .filter((one) => this.isMessageShown(one))
      .map(promotedView)
      .reverse()
  }

  block(block: Block): BlockView {
    const { header, transactions, sizeBytes } = block
    const isActive = this.chain.blocks.includes(block)
    const next = isActive ? this.chain.blocks[header.height + 1] : undefined
    const promoted = this.chain.promoted.find((one) => one.block === block && this.isMessageShown(one))
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

  #names(): Username[] {
    return [...this.chain.histories.keys()].sort(compareText)
  }

  #views(posts: readonly OraclePost[]): PostView[] {
    return posts.map((post) => this.postView(post))
  }
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
