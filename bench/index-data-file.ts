import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { encodeOutboxItem, type OutboxItem, parseOutboxItem } from '../node/outbox/item.ts'
import { type DataSize, indexItems } from './index-data.ts'
import type { Progress } from './measure.ts'

const ITEMS_PER_LINE = 100_000
const WRITE_BYTES = 1 << 20
const READ_BYTES = 1 << 22
const NEW_LINE = 0x0a

/** The data set in a file, an item a line as the queue's JSON: made once, signing takes longer than reading. */
export function makeDataFile(path: string, size: DataSize, progress: Progress): void {
  if (existsSync(path)) return
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(`${path}.unfinished`, 'w')
  try {
    let lines: string[] = []
    let length = 0
    let count = 0
    const flush = () => {
      writeSync(file, lines.join(''))
      lines = []
      length = 0
    }
    for (const item of indexItems(size)) {
      const line = `${encodeOutboxItem(item)}\n`
      lines.push(line)
      length += line.length
      if (length > WRITE_BYTES) flush()
      if (++count % ITEMS_PER_LINE === 0) progress(`data: ${count} items made`)
    }
    flush()
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.unfinished`, path)
}

/** The items of such a file in their order, numbered from 1. */
export function* dataFileItems(path: string): Generator<OutboxItem> {
  const file = openSync(path, 'r')
  try {
    let rest = Buffer.alloc(0)
    let seq = 0
    for (;;) {
      const chunk = Buffer.allocUnsafe(READ_BYTES)
      const read = readSync(file, chunk)
      if (read === 0) return
      const bytes = Buffer.concat([rest, chunk.subarray(0, read)])
      let start = 0
      for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, start)) {
        const item = parseOutboxItem(bytes.toString('utf8', start, end))
        if (item === undefined) throw new Error(`the data file ${path} is damaged`)
        yield { ...item, seq: ++seq }
        start = end + 1
      }
      rest = bytes.subarray(start)
    }
  } finally {
    closeSync(file)
  }
}
