import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const MAX_LOG_BYTES = 10 * 1024 * 1024
const MAX_LINE_BYTES = 64 * 1024

export interface ChildLog {
  readonly path: string
  write(line: string): void
  close(): void
}

/** A log file of bounded size: when full it becomes `path.1`, and the one before is dropped. */
export function openChildLog(path: string, maxBytes = MAX_LOG_BYTES): ChildLog {
  mkdirSync(dirname(path), { recursive: true })
  let file = openSync(path, 'a')
  let sizeBytes = fstatSync(file).size
  let isClosed = false
  return {
    path,
    write(line) {
      if (isClosed) return
      const bytes = Buffer.from(`${line}\n`)
      if (sizeBytes + bytes.length > maxBytes) {
        closeSync(file)
        renameSync(path, `${path}.1`)
        file = openSync(path, 'w')
        sizeBytes = 0
      }
      writeSync(file, bytes)
      sizeBytes += bytes.length
    },
    close() {
      if (!isClosed) closeSync(file)
      isClosed = true
    },
  }
}

/** Cuts a stream into lines, also where a child never ends one. */
export function lineCutter(onLine: (line: string) => void): { push(chunk: Buffer): void; end(): void } {
  let rest = ''
  const decoder = new TextDecoder()
  const take = (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    if (rest.length > MAX_LINE_BYTES) {
      onLine(rest)
      rest = ''
    }
  }
  return {
    push: (chunk) => take(decoder.decode(chunk, { stream: true })),
    end() {
      take(decoder.decode())
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}
