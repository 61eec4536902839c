import { type Bvalue, parseBencode } from '../node/protocol/bencode.ts'
import { utf8Decode } from '../node/protocol/bytes.ts'
import { calmLine } from './calm-line.ts'

/** What is looked at is small; deeper or longer than this it is shown as bytes alone. */
const SHOWN_BENCODE = { maxDepth: 40, maxItems: 5_000 }
const HEX_LINE_BYTES = 32

/** Bencoded bytes as indented lines, safe for a terminal; nothing when they are something else. */
export function bencodeLines(bytes: Uint8Array): string[] | undefined {
  const value = parseBencode(bytes, SHOWN_BENCODE)
  return value && linesOf(value, '')
}

export function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += HEX_LINE_BYTES) {
    lines.push(Buffer.from(bytes.subarray(at, at + HEX_LINE_BYTES)).toString('hex'))
  }
  return lines
}

function linesOf(value: Bvalue, indent: string): string[] {
  switch (value.kind) {
    case 'integer':
      return [`${indent}${value.value}`]
    case 'string':
      return [`${indent}${stringText(value.bytes)}`]
    case 'list':
      return value.items.flatMap((item) => labelled('-', item, indent))
    case 'dict':
      return value.keys.flatMap((key) => {
        const member = value.get(key)
        return member === undefined ? [] : labelled(`${calmLine(key)}:`, member, indent)
      })
  }
}

function labelled(label: string, value: Bvalue, indent: string): string[] {
  const lines = linesOf(value, `${indent}  `)
  const isSimple = value.kind === 'integer' || value.kind === 'string'
  return isSimple ? [`${indent}${label} ${lines.join('').trimStart()}`] : [`${indent}${label}`, ...lines]
}

/** Text in quotes, or bytes in hexadecimal. */
function stringText(bytes: Uint8Array): string {
  const text = utf8Decode(bytes)
  return text === undefined ? `0x${Buffer.from(bytes).toString('hex')}` : calmLine(JSON.stringify(text))
}
