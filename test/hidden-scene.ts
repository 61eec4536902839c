import { parseBlockSubject } from '../indexer/hiding/moderation.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { encodeDhtItem } from '../node/protocol/dht-item.ts'
import { parseSignedUserpost, signUserpost, type UserpostFields } from '../node/protocol/userpost.ts'
import { blockItem, genesisBlock, keyOf, mine, nameOf, register } from './tiny-chain.ts'

/** A small network in which everything that will be hidden says a word that nothing else says. */
export const SCENE_PEOPLE = ['mallory', 'bob', 'carol', 'dave', 'erin', 'zoe'] as const
type Person = (typeof SCENE_PEOPLE)[number]

/** What is blocked, and the words that vanish with it. erin's bio does it by itself. */
export const SCENE_BLOCKS = [
  {
    kind: 'user',
    text: '@Mallory',
    secrets: [
      'malloryspost',
      'malloryslong',
      'mallorystag',
      'mallorysname',
      'mallorysbio',
      'mallorysmagnet',
      'carolsquote',
    ],
  },
  { kind: 'post', text: 'bob/3', secrets: ['bobsthird', 'davesquote'] },
  { kind: 'post', text: '!nobody/2', secrets: ['branch 77'] },
  { kind: 'tag', text: '#SecretTag', secrets: ['secrettag', 'tagbody', 'taglinked'] },
  { kind: 'word', text: 'Sécret Word', secrets: ['wordbody', 'wordlong', 'wordlink', 'wordquoted'] },
] as const
export const OPT_OUT_SECRETS = ['erinspost', 'erinsname', 'erinsbio', 'erinstag'] as const

/** What is shown throughout. */
export const OPEN_WORDS = ['openreply', 'openpost', 'zoesname', 'opentag'] as const

export const SCENE_TAGS = ['opentag', 'mallorystag', 'secrettag', 'erinstag'] as const

export const SCENE_NOW = 1_400_100_000

let time = 1_400_000_000
const posts = new Map<string, Uint8Array>()

function post(n: Person, k: number, fields: Partial<UserpostFields>): OutboxItem {
  time += 60
  const piece = signUserpost({ n, k, height: 1, time, ...fields }, keyOf(n))
  posts.set(`${n}/${k}`, piece)
  return { seq: 1, kind: 'userpost', username: n, k, piece, firstSeen: time, source: 'swarm', tipHeight: 1 }
}

function inner(key: string): { raw: ReturnType<typeof signUserpost>; signature: Uint8Array } {
  const found = parseSignedUserpost(posts.get(key) ?? new Uint8Array(0))
  if (found === undefined) throw new Error(`no post ${key}`)
  return { raw: found.raw, signature: found.signature }
}

/** A value of somebody's own in the DHT. */
function valueItem(n: Person, r: string, v: Parameters<typeof encodeDhtItem>[0]['v'], seq = 1): OutboxItem {
  const sigUser = nameOf(n)
  const fields = { resource: { n, r, t: 's' as const }, height: 1, time, seq, v, sigUser }
  const item = encodeDhtItem(fields, keyOf(n))
  return { seq: 1, kind: 'dht-item', p: item.p, sigP: item.sigP, sigUser, firstSeen: 1, source: 'dht', tipHeight: 1 }
}

/** A whole picture, of one pixel. */
export const SCENE_PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

export function sceneItems(): OutboxItem[] {
  time = 1_400_000_000
  posts.clear()
  const one = mine(
    genesisBlock(),
    SCENE_PEOPLE.map((name) => register(name, keyOf(name))),
  )
  const two = mine(one, [], 77)
  return [
    ...[one, two].map(blockItem),
    valueItem('mallory', 'profile', {
      fullname: 'mallorysname',
      bio: 'mallorysbio',
      url: 'http://mallorysmagnet.example',
    }),
    valueItem('mallory', 'avatar', `data:image/png;base64,${SCENE_PICTURE.toString('base64')}`),
    valueItem('mallory', 'following1', ['bob', 'zoe']),
    valueItem('bob', 'following1', ['mallory', 'erin', 'zoe']),
    erinsBioItem(1, true),
    valueItem('zoe', 'profile', { fullname: 'zoesname', bio: 'not #nopublicwebs' }),
    post('mallory', 0, { msg: 'malloryspost @bob #mallorystag #opentag' }),
    post('mallory', 1, { msg: 'malloryspost again', msg2: ' malloryslong', reply: { n: 'bob', k: 0 } }),
    post('mallory', 2, { url: 'magnet:?mallorysmagnet', mimetype: 'image/png' }),
    post('bob', 0, { msg: 'openpost #opentag @zoe' }),
    post('bob', 1, { msg: 'openreply', reply: { n: 'mallory', k: 0 } }),
    post('carol', 0, { rt: inner('mallory/0') }),
    post('carol', 1, { msg: 'carolsquote', rt: inner('mallory/1') }),
    post('carol', 2, { fav: inner('mallory/0') }),
    post('bob', 3, { msg: 'bobsthird #opentag @zoe' }),
    post('dave', 0, { msg: 'openreply too', reply: { n: 'bob', k: 3 } }),
    post('dave', 1, { msg: 'davesquote', rt: inner('bob/3') }),
    post('zoe', 0, { fav: inner('bob/3') }),
    post('bob', 4, { msg: 'tagbody #SecretTag, #opentag @zoe' }),
    post('bob', 5, { msg: 'taglinked (#secrettag)', reply: { n: 'bob', k: 0 } }),
    post('dave', 2, { rt: inner('bob/4') }),
    post('bob', 6, { msg: 'wordbody: SECRÉT, word! #opentag' }),
    post('bob', 7, { msg: 'wordbody sec', msg2: 'ret word wordlong', reply: { n: 'bob', k: 0 } }),
    post('bob', 8, { url: 'http://secret.word.example/wordlink' }),
    post('zoe', 1, { msg: 'wordquoted', rt: inner('bob/6') }),
    post('bob', 9, { msg: 'openpost of a secret wordsmith' }),
    post('erin', 0, { msg: 'erinspost #erinstag @zoe' }),
    post('zoe', 2, { rt: inner('erin/0') }),
    // Within a post within a post.
    post('dave', 3, { rt: inner('carol/1') }),
    post('dave', 4, { fav: inner('dave/3') }),
    post('dave', 5, { fav: inner('zoe/2') }),
    post('dave', 6, { rt: inner('zoe/0') }),
    post('dave', 7, { rt: inner('dave/2') }),
    post('dave', 8, { rt: inner('zoe/1') }),
    post('zoe', 3, { msg: 'openreply', reply: { n: '!nobody', k: 2 } }),
  ]
}

/** erin changes her mind; the scene's own bio has seq 1 and opts out. */
export function erinsBioItem(seq: number, isOptedOut: boolean): OutboxItem {
  const bio = isOptedOut ? 'erinsbio, #NoPublicWeb.' : 'erinsbio'
  return valueItem('erin', 'profile', { fullname: 'erinsname', bio }, seq)
}

export function sceneSubjects() {
  return SCENE_BLOCKS.map(({ kind, text }) => {
    const subject = parseBlockSubject(kind, text)
    if (typeof subject === 'string') throw new Error(subject)
    return subject
  })
}
