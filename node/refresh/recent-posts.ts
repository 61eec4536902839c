import { utf8Encode } from '../protocol/bytes.ts'
import { dispatchedWords } from '../protocol/dispatch.ts'
import { DHT_EXPIRY_BLOCKS } from '../protocol/limits.ts'
import type { Username } from '../protocol/username.ts'
import { fullText, isRefusal, readPiece, type Userpost, userpostKind } from '../protocol/userpost.ts'
import type { Posts } from '../store/posts.ts'
import {
  MAX_RECENT_POSTS,
  MAX_RECENT_POSTS_PER_USER,
  MAX_TAG_BYTES,
  MAX_TAGS_PER_POST,
  RECENT_NUMBERS_READ,
} from './limits.ts'

export interface RecentPost {
  readonly k: number
  readonly height: number
  /** Private ones and favourites have neither replies nor retwists in the DHT. */
  readonly isPublic: boolean
  readonly tags: readonly string[]
}

interface RecentPostsOptions {
  posts: Pick<Posts, 'post' | 'highestHeld'>
  tipHeight: () => number
  /** How many users share the room. */
  userCount: () => number
}

/**
 * The newest posts of followed users, as long as the DHT can hold something about them: "any multi expires when best >
 * height + 2016" (dht-swarm-posts.md 3.7), and nobody replies before there is something to reply to.
 */
export class RecentPosts {
  readonly #options: RecentPostsOptions
  /** The newest first. */
  readonly #byUser = new Map<Username, RecentPost[]>()

  constructor(options: RecentPostsOptions) {
    this.#options = options
  }

  of(username: Username): readonly RecentPost[] {
    return this.#byUser.get(username) ?? []
  }

  /** A post is on disk. True if it is one of the recent. */
  add(username: Username, k: number, piece: Uint8Array): boolean {
    const before = this.#byUser.get(username) ?? []
    if (before.some((post) => post.k === k)) return false
    // Most posts that come are old ones, and reading costs.
    if (before.length >= this.#perUser && k < (before.at(-1)?.k ?? 0)) return false
    const post = recentPost(k, piece)
    if (post === undefined || !this.#isRecent(post)) return false
    this.#byUser.set(username, this.#cut([...before, post]))
    return true
  }

  /** Reads from the disk what was there before the start, and forgets what has expired. */
  sweep(username: Username): void {
    const before = this.#byUser.get(username)
    const kept = this.#cut((before ?? this.#read(username)).filter((post) => this.#isRecent(post)))
    this.#byUser.set(username, kept)
  }

  remove(username: Username): void {
    this.#byUser.delete(username)
  }

  get #perUser(): number {
    const share = Math.floor(MAX_RECENT_POSTS / Math.max(1, this.#options.userCount()))
    return Math.min(MAX_RECENT_POSTS_PER_USER, Math.max(1, share))
  }

  #cut(posts: RecentPost[]): RecentPost[] {
    return posts.sort((a, b) => b.k - a.k).slice(0, this.#perUser)
  }

  #isRecent({ height }: RecentPost): boolean {
    return height + DHT_EXPIRY_BLOCKS >= this.#options.tipHeight()
  }

  #read(username: Username): RecentPost[] {
    const { posts } = this.#options
    const highest = posts.highestHeld(username) ?? -1
    const found: RecentPost[] = []
    for (let k = highest; k >= 0 && k > highest - RECENT_NUMBERS_READ && found.length < this.#perUser; k--) {
      const piece = posts.post(username, k)
      const post = piece && recentPost(k, piece)
      if (post !== undefined) found.push(post)
    }
    return found
  }
}

function recentPost(k: number, piece: Uint8Array): RecentPost | undefined {
  const post = readPiece(piece)
  if (isRefusal(post)) return undefined
  const { userpost } = post
  const kind = userpostKind(userpost)
  const isPublic = kind === 'post' || kind === 'reply' || kind === 'retwist'
  return { k, height: userpost.height, isPublic, tags: tagsOf(userpost) }
}

/**
 * "Lower-casing is boost::locale (Unicode) when built with it, else ASCII only ⇒ #Ä differs between builds: readers
 * SHOULD query both forms" (dht-swarm-posts.md 5.6).
 */
function tagsOf(userpost: Userpost): string[] {
  const text = fullText(userpost)
  const words = dispatchedWords(text).filter(({ sign }) => sign === '#')
  const forms = words.slice(0, MAX_TAGS_PER_POST).flatMap(({ word, offset }) => {
    const written = text.slice(offset + 1, offset + 1 + word.length)
    return [word, written.replace(/[A-Z]/g, (letter) => letter.toLowerCase())]
  })
  return [...new Set(forms)].filter((form) => utf8Encode(form).length <= MAX_TAG_BYTES)
}
