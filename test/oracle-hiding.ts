import { type Bvalue, dictOf, integerOf, parseBencode, textOf } from '../node/protocol/bencode.ts'
import { USERPOST_BENCODE } from '../node/protocol/limits.ts'
import type { OraclePerson } from './oracle-people.ts'
import type { OraclePost } from './oracle-posts.ts'
import { hashtagsIn } from './oracle-words.ts'

/** What the operator blocks. A word is of ASCII letters alone here, a post is `name/k` or, of a block's message, `!name/height`. */
export interface OracleBlock {
  kind: 'user' | 'post' | 'tag' | 'word'
  subject: string
}

/**
 * "What an operator has blocked, or an author has opted out of, stays out of pages, API, feeds, search": users, posts,
 * tags and words; and what shows a hidden post inside of itself is hidden with it.
 */
export class OracleHiding {
  readonly #blocks: readonly OracleBlock[]
  readonly #people: ReadonlyMap<string, OraclePerson>

  constructor(blocks: readonly OracleBlock[], people: ReadonlyMap<string, OraclePerson>) {
    this.#blocks = blocks
    this.#people = people
  }

  /** "An author's opt-out by a word in the signed bio (#nopublicweb)". */
  isUserHidden(name: string): boolean {
    const bio = this.#people.get(name)?.profile?.bio ?? ''
    return this.#isBlocked('user', name) || /#nopublicweb(?![a-z0-9_])/i.test(bio)
  }

  /** By itself: its author may be hidden all the same. */
  isPostHidden({ n, k, text, post, kind }: OraclePost): boolean {
    if (this.#isBlocked('post', `${n}/${k}`)) return true
    // Nobody can read what it says.
    if (kind === 'direct' || kind === 'private-favourite') return false
    if (this.#isTextHidden(text) || this.#isTextHidden(post.userpost.url ?? '', 'word')) return true
    return this.#isInsideHidden(parseBencode(post.raw, USERPOST_BENCODE))
  }

  /** What is inside, and inside of that: all of it is in the signed bytes. */
  #isInsideHidden(outer: Bvalue | undefined): boolean {
    return ['rt', 'fav'].some((key) => {
      const inner = dictOf(dictOf(outer)?.get(key))
      if (inner === undefined) return false
      const name = textOf(inner.get('n')) ?? ''
      if (this.isUserHidden(name) || this.#isBlocked('post', `${name}/${integerOf(inner.get('k'))}`)) return true
      const text = `${textOf(inner.get('msg')) ?? ''}${textOf(inner.get('msg2')) ?? ''}`
      return this.#isTextHidden(text) || this.#isInsideHidden(inner)
    })
  }

  isMessageHidden(n: string, height: number, text: string): boolean {
    return this.#isBlocked('post', `!${n}/${height}`) || this.#isTextHidden(text)
  }

  #isTextHidden(text: string, only?: 'word'): boolean {
    const words = text.toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u)
    const hasTag = only === undefined && hashtagsIn(text).some((tag) => this.#isBlocked('tag', tag))
    return hasTag || words.some((word) => this.#isBlocked('word', word))
  }

  #isBlocked(kind: OracleBlock['kind'], subject: string): boolean {
    return this.#blocks.some((block) => block.kind === kind && block.subject === subject)
  }
}
