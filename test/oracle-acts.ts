import fc from 'fast-check'
import type { OutboxItem } from '../node/outbox/item.ts'
import { encodeBencode, parseBencode, rawBencode } from '../node/protocol/bencode.ts'
import type { Block } from '../node/protocol/block.ts'
import { encodeDhtItem, encodeDhtP } from '../node/protocol/dht-item.ts'
import type { Resource } from '../node/protocol/dht-target.ts'
import { DHT_VALUE_BENCODE, USERPOST_BENCODE } from '../node/protocol/limits.ts'
import {
  parseSignedUserpost,
  type SignedUserpost,
  signUserpost,
  splitText,
  type UserpostFields,
} from '../node/protocol/userpost.ts'
import { PEOPLE, privateKeyOf } from './oracle-cast.ts'
import { nameOf } from './tiny-chain.ts'

const SHAPES = [
  'plain',
  'plain',
  'reply',
  'reply to a promoted message',
  'retwist',
  'retwist with comment',
  'favourite',
  'direct',
  'private favourite',
  'url',
] as const
const VALUES = [
  'profile',
  'profile',
  'avatar',
  'following1',
  'following1',
  'following1',
  'following2',
  'following3',
] as const
const FILES = ['status', 'post', 'hashtag', 'mention', 'replies', 'rts', 'comment'] as const

/** Something somebody publishes. Numbers are taken modulo what there is. */
export type Act =
  | {
      act: 'post'
      who: number
      key: number
      k: number
      height: number
      time: number
      shape: (typeof SHAPES)[number]
      text: string
      to: number
      toK: number
      /** Came to us by itself; otherwise only inside of what others made of it. */
      isPublished: boolean
    }
  | {
      act: 'value'
      who: number
      key: number
      height: number
      seq: number
      what: (typeof VALUES)[number]
      which: number
    }
  /** A post that was published before, filed in the DHT; 'comment': its comment cut out, as a piece of its own. */
  | { act: 'file'; post: number; as: (typeof FILES)[number]; seq: number; height: number; key: number }

const who = fc.nat(PEOPLE.length - 1)
/** Mostly the first key, which is the good one most of the time. */
const key = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(2) })
const height = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.integer({ min: 0, max: 14 }))
/** Around the times of regtest's first blocks, and far from them. */
const time = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 20_000 }).map((seconds) => 1_296_685_000 + seconds) },
  fc.constantFrom(0, 1, 1_500_000_000, 2_147_483_647),
)

const word = fc.constantFrom(
  'hello',
  '#a',
  '#A',
  '#b#c',
  '#été',
  '#標籤。次',
  '#a-b_',
  '@alice',
  '@BOB!',
  '@carol_',
  '@nobody@e',
  '#x%y',
  '*#a*',
  `#${'w'.repeat(60)}`,
  `#${'é'.repeat(130)}`,
  'http://example.com/#a',
  'twist:AQAAAAMAAAA=',
  'twist:AgAAAAAAAAA=',
  'nul\0#a\0b',
  '😀',
  '標語',
  '\n',
)
const text = fc.oneof(
  { weight: 9, arbitrary: fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')) },
  { weight: 1, arbitrary: fc.constant('long '.repeat(30).concat('#long @alice')) },
)

export function acts(maxLength: number): fc.Arbitrary<Act[]> {
  const post = fc.record({
    act: fc.constant('post' as const),
    who,
    key,
    k: fc.oneof({ weight: 6, arbitrary: fc.nat(5) }, fc.integer({ min: 18, max: 44 })),
    height,
    time,
    shape: fc.constantFrom(...SHAPES),
    text,
    to: fc.nat(60),
    toK: fc.nat(5),
    isPublished: fc.nat(3).map((one) => one > 0),
  })
  const value = fc.record({
    act: fc.constant('value' as const),
    who,
    key,
    height,
    seq: fc.nat(3),
    what: fc.constantFrom(...VALUES),
    which: fc.nat(5),
  })
  const file = fc.record({
    act: fc.constant('file' as const),
    post: fc.nat(60),
    as: fc.constantFrom(...FILES),
    seq: fc.nat(3),
    height,
    key,
  })
  const any = fc.oneof({ weight: 7, arbitrary: post }, { weight: 3, arbitrary: value }, { weight: 2, arbitrary: file })
  return fc.array(any, { minLength: 3, maxLength, size: 'max' })
}

const provenance = { firstSeen: 1, source: 'swarm', tipHeight: 1 }

export function itemsOfActs(all: readonly Act[], best: readonly Block[]): OutboxItem[] {
  const posts: SignedUserpost[] = []
  return all.flatMap((act): OutboxItem[] => {
    if (act.act === 'value') return [valueItem(act)]
    if (act.act === 'file') return filedItem(act, posts)
    const piece = signUserpost(fieldsOf(act, posts, best), privateKeyOf(act.who, act.key))
    const post = parseSignedUserpost(piece)
    // Too long with what it retwists.
    if (post === undefined) return []
    posts.push(post)
    return act.isPublished ? [pieceItem(post)] : []
  })
}

function fieldsOf(
  act: Extract<Act, { act: 'post' }>,
  posts: readonly SignedUserpost[],
  best: readonly Block[],
): UserpostFields {
  const n = PEOPLE[act.who] ?? ''
  const { k, height, time } = act
  const own = { n, k, height, time, ...(k > 0 ? { lastk: k - 1 } : {}) }
  const said = splitText(act.text)
  const other = posts[act.to % Math.max(1, posts.length)]
  const encrypted = { body: Uint8Array.of(1, 2), key: Uint8Array.of(3), mac: Uint8Array.of(4), orig: 2 }
  switch (act.shape) {
    case 'plain':
      return { ...own, ...said }
    case 'reply':
      return { ...own, ...said, reply: { n: PEOPLE[act.to % PEOPLE.length] ?? '', k: act.toK } }
    case 'reply to a promoted message': {
      const user = act.to % 2 === 0 ? 'nobody' : (PEOPLE[act.to % PEOPLE.length] ?? '')
      return { ...own, ...said, reply: { n: `!${user}`, k: act.toK % best.length } }
    }
    case 'retwist':
      return { ...own, msg: '', msg2: '', rt: other && innerOf(other, act.toK) }
    case 'retwist with comment':
      return { ...own, ...said, rt: other && innerOf(other, act.toK) }
    case 'favourite':
      return { ...own, ...said, fav: other && innerOf(other, act.toK) }
    case 'direct':
      return { ...own, ...said, dm: encrypted }
    case 'private favourite':
      return { ...own, msg: '', pfav: encrypted }
    case 'url':
      return { ...own, msg: '', msg2: '', url: `magnet:?xt=${act.to}\0`, mimetype: 'image/png' }
  }
}

/** "When a commented RT's comment is retransmitted, then rt lacks rt/sig_rt" and sig_rt is its sig_wort (§5.1). */
function innerOf(post: SignedUserpost, choice: number): { raw: SignedUserpost['raw']; signature: Uint8Array } {
  const comment = choice % 2 === 0 ? commentOf(post) : undefined
  return comment ?? { raw: post.raw, signature: post.signature }
}

function commentOf(post: SignedUserpost): { raw: SignedUserpost['raw']; signature: Uint8Array } | undefined {
  const { sigWort } = post
  const dict = parseBencode(post.raw, USERPOST_BENCODE)
  if (sigWort === undefined || dict?.kind !== 'dict') return undefined
  const kept = dict.keys.filter((one) => one !== 'rt' && one !== 'sig_rt')
  const entries = kept.map((one) => [one, rawBencode(dict.get(one)?.raw(post.raw) ?? new Uint8Array(0))] as const)
  return { raw: encodeBencode(new Map(entries)) as SignedUserpost['raw'], signature: sigWort }
}

function pieceItem({ userpost: { n, k }, piece }: SignedUserpost): OutboxItem {
  return { seq: 1, kind: 'userpost', username: n, k, piece, ...provenance }
}

function filedItem(act: Extract<Act, { act: 'file' }>, posts: readonly SignedUserpost[]): OutboxItem[] {
  const post = posts[act.post % Math.max(1, posts.length)]
  if (post === undefined) return []
  const { n, k, reply, rt } = post.userpost
  const resource = (r: string, t: 's' | 'm', of: string = n): Resource => ({ n: of, r, t })
  switch (act.as) {
    case 'comment': {
      const comment = commentOf(post)
      const piece = comment && encodeBencode({ sig_userpost: comment.signature, userpost: rawBencode(comment.raw) })
      return piece === undefined ? [] : [{ seq: 1, kind: 'userpost', username: n, k, piece, ...provenance }]
    }
    case 'status':
    case 'post':
      return postValue(act, post, resource(act.as === 'post' ? `post${k}` : 'status', 's'))
    case 'hashtag':
    case 'mention':
      return postValue(act, post, resource(act.as, 'm', act.as === 'hashtag' ? 'a' : 'alice'))
    case 'replies':
      return reply === undefined ? [] : postValue(act, post, resource(`replies${reply.k}`, 'm', reply.n))
    case 'rts':
      return rt === undefined ? [] : postValue(act, post, resource(`rts${rt.userpost.k}`, 'm', rt.userpost.n))
  }
}

function postValue(act: Extract<Act, { act: 'file' }>, post: SignedUserpost, resource: Resource): OutboxItem[] {
  const name = post.userpost.n
  const privateKey = privateKeyOf(PEOPLE.indexOf(name as (typeof PEOPLE)[number]), act.key)
  const fields = { resource, height: act.height, time: 1_400_000_000, v: rawBencode(post.piece) }
  const seq = resource.t === 's' ? { seq: act.seq } : {}
  // A post with posts in posts in it is nested too deep for the DHT.
  if (parseBencode(encodeDhtP({ ...fields, ...seq }), DHT_VALUE_BENCODE) === undefined) return []
  return [dhtItem({ ...fields, ...seq, sigUser: nameOf(name) }, privateKey)]
}

const PNG = 'data:image/png;base64,iVBORw0KGgo'

function valueItem(act: Extract<Act, { act: 'value' }>): OutboxItem {
  const n = PEOPLE[act.who] ?? ''
  const { which } = act
  const contents = {
    profile: [
      {
        fullname: `${n} ${which}`,
        bio: which === 0 ? 'leave me out #NoPublicWeb!' : '#nopublicwebs',
        url: 'http://e.com',
      },
      { fullname: '', bio: 'nul\0', location: '標', tox: 't', bitmessage: 'b' },
      'no profile at all',
    ][which % 3],
    avatar: [`${PNG}=`, `${PNG}A`, 'img/genericPerson.png'][which % 3],
    list: [PEOPLE.slice(0, which), PEOPLE.slice(which), ['stranger', n, 'Not a name'], []][which % 4],
  }
  const v = act.what === 'profile' ? contents.profile : act.what === 'avatar' ? contents.avatar : contents.list
  const { height, seq } = act
  const fields = { resource: { n, r: act.what, t: 's' as const }, height, time: 1_400_000_000 + which, seq, v: v ?? '' }
  return dhtItem({ ...fields, sigUser: nameOf(n) }, privateKeyOf(act.who, act.key))
}

function dhtItem(...args: Parameters<typeof encodeDhtItem>): OutboxItem {
  const { p, sigP, sigUser } = encodeDhtItem(...args)
  return { seq: 1, kind: 'dht-item', p, sigP, sigUser, ...provenance, source: 'dht' }
}
