import { expect, test } from 'vitest'
import { encodeBencode } from '../node/protocol/bencode.ts'
import { bencodeLines, hexLines } from './bencode-text.ts'

test('a post is shown as it is nested, its texts in quotes, other bytes in hexadecimal', () => {
  const bytes = encodeBencode({
    userpost: { n: 'bob', k: 3, msg: 'a\u001b[2J\n"x"' },
    sig: Uint8Array.of(1, 255),
    list: [1, ['x']],
  })
  expect(bencodeLines(bytes)).toEqual([
    'list:',
    '  - 1',
    '  -',
    '    - "x"',
    'sig: 0x01ff',
    'userpost:',
    '  k: 3',
    String.raw`  msg: "a\u001b[2J\n\"x\""`,
    '  n: "bob"',
  ])
})

test('what is not bencoded, or too deep, is nothing', () => {
  expect(bencodeLines(Buffer.from('hello'))).toBeUndefined()
  expect(bencodeLines(Buffer.from('l'.repeat(100) + 'e'.repeat(100)))).toBeUndefined()
})

test('bytes stand in lines of 32', () => {
  expect(hexLines(new Uint8Array(33))).toEqual(['00'.repeat(32), '00'])
})
