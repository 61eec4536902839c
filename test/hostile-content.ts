import type { OutboxItem } from '../node/outbox/item.ts'
import { encodeDhtItem } from '../node/protocol/dht-item.ts'
import { signUserpost, type UserpostFields } from '../node/protocol/userpost.ts'
import { blockItem, genesisBlock, keyOf, mine, nameOf, register } from './tiny-chain.ts'

const MARKUP =
  '<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)><iframe src=javascript:alert(1)></iframe>'
const QUOTES = '" onmouseover="alert(1)" x=\' autofocus onfocus=alert(1) \'`>'
const SCHEMES =
  'javascript:alert(1) JaVaScRiPt:alert(1) java\tscript:alert(1) data:text/html,<script>alert(1)</script> vbscript:x ' +
  '[click](javascript:alert(1)) [safe](https://safe.example/) http://user:pass@evil.example/ //evil.example/x'

/** What people who mean harm write, one case a name. Each stands in every field that holds text. */
export const HOSTILE: Readonly<Record<string, string>> = {
  markup: MARKUP,
  quotes: QUOTES,
  comments: '<!-- --><style>*{display:none}</style><base href=//evil.example><meta http-equiv=refresh content=0>-->',
  cdata: ']]><x/>]]&gt;<![CDATA[<b>]]><?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  entities: '&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;script&#x3e; &amp;&nbsp;&unknown;',
  schemes: SCHEMES,
  templates:
    '$\x7balert(1)} {{constructor.constructor("alert(1)")()}} <%= 7*7 %> #{7*7} $& $1 $` $\' \\u003cscript\\u003e',
  overrides: 'safe\u202Egnp.exe\u202C \u2066isolated \u2067never closed \u200F\u200E end',
  zero_width: `zero${'\u200b'.repeat(200)}width\ufeff\u00ad\u2060`,
  combining: `Z${'\u0310\u0317\u0346'.repeat(60)}algo`,
  controls: 'bell\u0007 null-ish\u0001 escape\u001b[31m del\u007f line\u2028 para\u2029 nel\u0085 ff\u000c',
  noncharacters: 'end\uffff other\ufffe tag\u{e0041}\u{1fffe}',
  long_cjk: '風'.repeat(140),
  long_word: 'W'.repeat(500),
  emoji: `${'👨\u200d👩\u200d👧\u200d👦'.repeat(20)}🏳\ufe0f\u200d🌈`,
  ansi: '../../../etc/passwd %00 %2e%2e%2f ?x=1&y=2#z C:\\x',
  markdown: `${'*'.repeat(100)}${'['.repeat(100)}${'('.repeat(100)}${'`'.repeat(101)}${'_~-'.repeat(60)}`,
  tags: '#<b>x #"><script> #\u202Etag @alice@@bob #a#b##c twist:AAAAAAAAAAAA= twist:<x>',
}

/** Names of the chain: at most 16 letters, digits and underscores. */
export const HOSTILE_NAMES = Object.keys(HOSTILE).map((name) => `h_${name}`.slice(0, 16))

export const HOSTILE_NOW = 1_400_100_000

/** No picture, a picture of too many pixels, a drawing with a script, and what is not even base64. */
const AVATARS = [
  `data:image/png;base64,${pngHeader(30_000, 30_000).toString('base64')}`,
  `data:image/svg+xml;base64,${Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${MARKUP}</svg>`).toString('base64')}`,
  `data:text/html;base64,${Buffer.from(MARKUP).toString('base64')}`,
  'javascript:alert(1)',
  `data:image/png;base64,${'A'.repeat(3000)}`,
]

/** A tag that cannot be cut short: the number of a post, and of a height, as large as they may be. */
const HUGE = 999_999_999

export function hostileItems(): OutboxItem[] {
  const block = mine(
    genesisBlock(),
    HOSTILE_NAMES.map((name) => register(name, keyOf(name))),
    0,
    600,
    { user: 'nobody', text: MARKUP.slice(0, 140), privateKey: undefined },
  )
  return [blockItem(block), ...Object.values(HOSTILE).flatMap((text, at) => itemsOf(HOSTILE_NAMES[at] ?? '', text, at))]
}

function itemsOf(n: string, text: string, at: number): OutboxItem[] {
  const time = 1_400_000_000 + at
  const profile = { fullname: text.slice(0, 200), bio: text, location: text.slice(0, 200), url: text.slice(0, 200) }
  return [
    valueItem(n, 'profile', profile),
    valueItem(n, 'avatar', AVATARS[at % AVATARS.length] ?? ''),
    postItemOf({ n, k: 0, height: 1, time, ...textOf(text) }),
    postItemOf({ n, k: 1, height: 1, time: time + 1, msg: 'again', reply: { n: HOSTILE_NAMES[0] ?? '', k: 0 } }),
    postItemOf({ n, k: 2, height: 1, time: time + 2, url: text.slice(0, 200), mimetype: text.slice(0, 100) }),
    postItemOf({
      n,
      k: 3,
      height: 1,
      time: time + 3,
      msg: 'huge',
      lastk: HUGE,
      reply: { n: HOSTILE_NAMES[1] ?? '', k: HUGE },
    }),
    postItemOf({ n, k: 4, height: 1, time: 253_402_300_799 + at, msg: 'from the end of time' }),
  ]
}

const MAX_CHARACTERS = 140

/** As clients write what is longer than a message may be. */
function textOf(text: string): { msg: string; msg2?: string } {
  const characters = [...text]
  const msg = characters.slice(0, MAX_CHARACTERS).join('')
  const msg2 = characters.slice(MAX_CHARACTERS, 2 * MAX_CHARACTERS).join('')
  return msg2 === '' ? { msg } : { msg, msg2 }
}

function postItemOf(fields: UserpostFields): OutboxItem {
  const piece = signUserpost(fields, keyOf(fields.n))
  return {
    seq: 1,
    kind: 'userpost',
    username: nameOf(fields.n),
    k: fields.k,
    piece,
    firstSeen: 1,
    source: 'swarm',
    tipHeight: 1,
  }
}

function valueItem(n: string, r: string, v: Parameters<typeof encodeDhtItem>[0]['v']): OutboxItem {
  const sigUser = nameOf(n)
  const fields = { resource: { n, r, t: 's' as const }, height: 1, time: 1, seq: 1, v, sigUser }
  const item = encodeDhtItem(fields, keyOf(n))
  return { seq: 1, kind: 'dht-item', p: item.p, sigP: item.sigP, sigUser, firstSeen: 1, source: 'dht', tipHeight: 1 }
}

/** The first bytes of a picture that says it is this large. */
function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000080600000000000000', 'hex')
  header.writeUInt32BE(width, 16)
  header.writeUInt32BE(height, 20)
  return header
}
