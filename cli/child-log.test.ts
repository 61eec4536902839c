import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { lineCutter, openChildLog } from './child-log.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

test('a full log moves aside, and the two together stay bounded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-log-'))
  folders.push(folder)
  const path = join(folder, 'log', 'x.log')
  for (let run = 0; run < 2; run++) {
    const log = openChildLog(path, 100)
    for (let line = 0; line < 12; line++) log.write(`line ${run} ${line}`)
    log.close()
    log.write('after close')
  }
  const [now, before] = [readFileSync(path, 'utf8'), readFileSync(`${path}.1`, 'utf8')]
  expect(now.endsWith('line 1 11\n')).toBe(true)
  expect(before.endsWith('\n')).toBe(true)
  expect(Math.max(now.length, before.length)).toBeLessThanOrEqual(100)
})

test('lines are cut wherever the pieces end, also inside a character', () => {
  const lines: string[] = []
  const cutter = lineCutter((line) => lines.push(line))
  for (const byte of Buffer.from('ä\nb\r\n\nlast ü')) cutter.push(Buffer.of(byte))
  cutter.end()
  cutter.end()
  expect(lines).toEqual(['ä', 'b', '', 'last ü'])
})

test('a line without end is cut', () => {
  let length = 0
  const cutter = lineCutter((line) => (length += line.length))
  for (let i = 0; i < 100; i++) cutter.push(Buffer.alloc(10_000, 97))
  expect(length).toBeGreaterThan(900_000)
})
