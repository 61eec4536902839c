import { parseControlMessage } from '../node/outbox/control.ts'
import { encodeBatch, encodeOutboxItem, parseBatch, parseOutboxItem } from '../node/outbox/item.ts'
import { parseStatusMessage } from '../node/outbox/status.ts'
import { utf8Decode } from '../node/protocol/bytes.ts'
import { dispatchedTags } from '../node/protocol/dispatch.ts'
import { parseHash } from '../node/protocol/hash.ts'
import { decodeNonstdSeeds } from '../node/protocol/nonstd-seed.ts'
import { tokenizeText } from '../node/protocol/text-tokens.ts'
import { encodeTwistUri, parseTwistUri } from '../node/protocol/twist-uri.ts'
import { parseUsername } from '../node/protocol/username.ts'
import type { FuzzTarget } from './fuzz-laws.ts'
import { recordedItems } from './recorded-items.ts'
import { type RecordedPostJson, readVectors } from './replay-peer-recordings.ts'

const texts = readVectors<RecordedPostJson[]>('recordings-posts.json')
  .map(({ json: { userpost } }) => `${userpost.msg ?? ''}${userpost.msg2 ?? ''}`)
  .filter((text) => text !== '')
const MARKED = [
  'Hi @alice, see #news (https://example.org/a_(b)?c=d#e) and *bold* ~~gone~~ _under_ `code`, bob@example.org 😀 (1/3)',
  'twist:AQAAAAIAAAA= http://[::1]/ https://exa\u202emple.org ```` `a\\`b` *a _b ~c -d `e',
  '****____~~~~----((((####@@@@::::////....',
]
const text = (name: string, parse: (text: string) => unknown, samples: readonly string[]): FuzzTarget => ({
  name,
  // whatever is not UTF-8 is no text, so it is read byte by byte
  parse: (bytes) => parse(utf8Decode(bytes) ?? Buffer.from(bytes).toString('latin1')),
  form: 'exact',
  samples: samples.map((sample) => new Uint8Array(Buffer.from(sample))),
})
const json = (parse: (value: unknown) => unknown) => (line: string) => {
  try {
    return parse(JSON.parse(line))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
const items = recordedItems().filter((_, index) => index % 8 === 0)

export const TEXT_TARGETS: readonly FuzzTarget[] = [
  // ten passes, each over a list of all characters
  { ...text('text of a post', tokenizeText, [...texts, ...MARKED]), maxBytesPerByte: 4096 },
  text('words that are filed', dispatchedTags, [...texts, ...MARKED]),
  text('username', parseUsername, ['alice', '_', 'a_23456789012345']),
  text('hash', parseHash, ['00'.repeat(32), 'f'.repeat(64)]),
  text('nonstd seeds', (line) => decodeNonstdSeeds(line.split(' ')), ['1.2.3.4 127.0.0.1', '255.255.255.255']),
  {
    ...text('twist uri', parseTwistUri, ['twist:AQAAAAIAAAA=', 'twist://///////38=']),
    rewrite: (bytes) => {
      const uri = parseTwistUri(Buffer.from(bytes).toString('latin1'))
      return uri && new Uint8Array(Buffer.from(encodeTwistUri(uri)))
    },
    // the last of the eleven characters has two bits that mean nothing
    form: 'lenient',
  },
  text('item of the outbox log', parseOutboxItem, items.map(encodeOutboxItem)),
  text('batch of the queue', json(parseBatch), [JSON.stringify(encodeBatch('n', items))]),
  text('control message', json(parseControlMessage), [
    '{"kind":"follow","usernames":["alice"]}',
    '{"kind":"cursor","nodeId":"n","cursor":7}',
  ]),
  text('status message', json(parseStatusMessage), [
    '{"kind":"node-status","json":{}}',
    '{"kind":"inventory","rows":[]}',
  ]),
]
