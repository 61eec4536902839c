import type { OutboxItem } from '../node/outbox/item.ts'
import { type Bencodable, encodeBencode, rawBencode } from '../node/protocol/bencode.ts'
import { encodeDhtItem } from '../node/protocol/dht-item.ts'
import { messageDigest, signDigest } from '../node/protocol/signature.ts'
import { PEOPLE, privateKeyOf } from './oracle-cast.ts'
import { nameOf } from './tiny-chain.ts'

const MAX = 0x7fffffff
const AUTHOR = PEOPLE[0]
const provenance = { firstSeen: 1, source: 'swarm', tipHeight: 1 }

/** Really signed by the first of the oracle's people, at height 1, and odd: what a writer of one's own could publish. */
export function oddItems(): OutboxItem[] {
  return [...oddPosts(), ...oddValues()]
}

function oddPosts(): OutboxItem[] {
  const each = (length: number, make: (i: number) => string, between = ''): string =>
    Array.from({ length }, (_, i) => make(i)).join(between)
  return [
    // Numbers at their ends.
    post({ k: MAX }),
    post({ k: -1 }),
    post({ k: 1, height: MAX }),
    post({ k: 2, height: 0 }),
    post({ k: 3, time: MAX }),
    post({ k: 4, time: 0 }),
    post({ k: 5, time: -1 }),
    post({ k: 6, lastk: MAX }),
    post({ k: 7, reply: { n: 'bob', k: MAX } }),
    post({ k: 8, reply: { n: '!0123456789abcdef', k: MAX } }),
    // No UTF-8.
    post({ k: 9, msg2: Uint8Array.of(0xff) }),
    post({ k: 10, msg: Uint8Array.of(0xed, 0xa0, 0x80) }),
    post({ k: 11, url: Uint8Array.of(0xc3, 0x28) }),
    // What an index on words might choke on.
    post({ k: 12, msg2: `#${'x'.repeat(1700)}` }),
    post({ k: 13, msg2: each(60, (i) => `#${i.toString(36)}`) }),
    post({ k: 14, msg2: each(60, (i) => `@${i.toString(36)}`) }),
    post({ k: 15, msg: each(32, (i) => String.fromCharCode(i)) }),
    post({ k: 16, msg: `' \\ & | ! :* <-> "` }),
    post({ k: 17, msg2: 'w'.repeat(1800) }),
    post({ k: 18, msg2: each(1700, (i) => String.fromCharCode(33 + ((i * 7919) % 94))) }),
    post({ k: 19, msg: '\u202e#\u200b\ufeff\u2028a #İIıß #ΣΑΣ #ﬁ #\uffff\ufffe\u{10ffff}' }),
    post({ k: 20, url: 'u'.repeat(1500), mimetype: 'a\0b' }),
  ]
}

function oddValues(): OutboxItem[] {
  return [
    value('hash\0tag', 'm', 'x'),
    value('pro\0file', 's', 'x'),
    value('hashtag', 'm', 'x', 'a\0b'),
    value('hashtag', 'm', 'x', 'é'.repeat(300)),
    value('hashtag', 'm', 'x', ''),
    value('', 'm', 'x'),
    value('😀'.repeat(8), 'm', 'x'),
    value('following%', 's', ['bob']),
    value('following2147483648', 's', ['bob']),
    value('post99999999999', 's', 'x'),
    value('profile', 's', { fullname: '\0', bio: '\0'.repeat(2000) }),
    value('avatar', 's', `data:image/png;base64,${'A'.repeat(8000)}`),
  ]
}

function post(fields: Record<string, Bencodable>): OutboxItem {
  const k = typeof fields['k'] === 'number' ? fields['k'] : 0
  const userpost = encodeBencode({ n: AUTHOR, k, height: 1, time: 5, msg: 'x', ...fields })
  const signature = signDigest(messageDigest(userpost), privateKeyOf(0, 0))
  const piece = encodeBencode({ sig_userpost: signature, userpost: rawBencode(userpost) })
  return { seq: 1, kind: 'userpost', username: AUTHOR, k: Math.max(0, k), piece, ...provenance }
}

function value(r: string, t: 's' | 'm', v: Bencodable, n: string = AUTHOR): OutboxItem {
  const seq = t === 's' ? { seq: MAX } : {}
  const fields = { resource: { n, r, t }, height: 1, time: 5, v, ...seq, sigUser: nameOf(AUTHOR) }
  const { p, sigP, sigUser } = encodeDhtItem(fields, privateKeyOf(0, 0))
  return { seq: 1, kind: 'dht-item', p, sigP, sigUser, ...provenance, source: 'dht' }
}
