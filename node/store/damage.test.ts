import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { networkParams } from '../protocol/params.ts'
import { openStore, type Store, StoreError } from './store.ts'

const params = networkParams('regtest', { checkpoints: false })
const log = pino({ level: 'silent' })
const PAGE = 4096
const ROWS = 3000

let original: string
let copies = 0
const folders: string[] = []

function copy(): string {
  const path = join(original, `../${copies++}`)
  cpSync(original, path, { recursive: true })
  return path
}

function data(path: string): string {
  return join(path, 'data.mdb')
}

function overwrite(file: string, bytes: Uint8Array, at: number): void {
  const open = openSync(file, 'r+')
  writeSync(open, bytes, 0, bytes.length, at)
  closeSync(open)
}

/** Rows of the last transaction that was written before the store was closed. */
async function rowsOf(path: string): Promise<number> {
  const store = await openStore({ path, params, log })
  let rows = 0
  while (store.blocks.raw(rows) !== undefined) rows++
  await store.close()
  return rows
}

function fill(store: Store): void {
  for (let start = 0; start < ROWS; start += ROWS / 2) {
    store.write(() => {
      for (let row = start; row < start + ROWS / 2; row++) store.blocks.put(row, new Uint8Array(100 + (row % 9) * 900))
    })
  }
}

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'windsock-damage-'))
  folders.push(folder)
  original = join(folder, 'original')
  const store = await openStore({ path: original, params, log })
  fill(store)
  await store.close()
})

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

describe('a damaged data folder is refused with one sentence', () => {
  const refusals: [string, (path: string) => void][] = [
    ['cut in half', (path) => truncateSync(data(path), statSync(data(path)).size / 2)],
    ['its last ten pages lost', (path) => truncateSync(data(path), statSync(data(path)).size - 10 * PAGE)],
    ['cut within a page', (path) => truncateSync(data(path), statSync(data(path)).size - 10 * PAGE - 77)],
    ['only its first page left', (path) => truncateSync(data(path), PAGE)],
    ['something else', (path) => writeFileSync(data(path), Buffer.alloc(40_000, 'not a database '))],
    ['both first pages wiped', (path) => overwrite(data(path), new Uint8Array(2 * PAGE), 0)],
    ['a first page wiped after it was closed', (path) => overwrite(data(path), new Uint8Array(PAGE), 0)],
    [
      'pages wiped, and the process that met them dead',
      (path) => {
        overwrite(data(path), new Uint8Array(4 * PAGE), Math.floor(statSync(data(path)).size / 2 / PAGE) * PAGE)
        writeFileSync(join(path, 'in-use'), '')
      },
    ],
  ]
  test.each(refusals)('%s', async (_, damage) => {
    const path = copy()
    damage(path)
    const opening = openStore({ path, params, log })
    await expect(opening).rejects.toThrow(StoreError)
    await expect(opening).rejects.toThrow(/^The data folder .* is damaged: .*\.$/)
  })
})

test('a first page torn when the machine stopped is put right; what had been reported before is there', async () => {
  for (const torn of [0, 1]) {
    const path = copy()
    overwrite(data(path), new Uint8Array(PAGE).fill(0xaa), torn * PAGE)
    writeFileSync(join(path, 'in-use'), '')
    expect([ROWS / 2, ROWS]).toContain(await rowsOf(path))
    // It is whole again.
    expect([ROWS / 2, ROWS]).toContain(await rowsOf(path))
  }
})

test('a store whose making was interrupted is made again', async () => {
  for (const left of [0, 100, PAGE, 2 * PAGE]) {
    const path = copy()
    writeFileSync(data(path), new Uint8Array(left))
    expect(await rowsOf(path)).toBe(0)
  }
})

test('a damaged lock does not keep anybody out of a store that is whole, and does not let two in', async () => {
  const path = copy()
  writeFileSync(join(path, 'lock', 'data.mdb'), Buffer.alloc(20_000, 'garbage'))
  expect(await rowsOf(path)).toBe(ROWS)
  const store = await openStore({ path, params, log })
  writeFileSync(join(path, 'lock', 'data.mdb'), Buffer.alloc(20_000, 'garbage'))
  const script = `
    import pino from 'pino'
    import { openStore } from ${JSON.stringify(join(import.meta.dirname, 'store.ts'))}
    import { networkParams } from ${JSON.stringify(join(import.meta.dirname, '../protocol/params.ts'))}
    const params = networkParams('regtest', { checkpoints: false })
    await openStore({ path: ${JSON.stringify(path)}, params, log: pino({ level: 'silent' }) }).catch((error) => {
      console.log(error.message)
      process.exit(3)
    })`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script])
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  const [code] = await once(child, 'exit')
  expect([code, said]).toEqual([3, expect.stringContaining(`is in use by process ${process.pid}`)])
  await store.close()
})

test('a file that says whether the store was closed is there only while it is open', async () => {
  const path = copy()
  const store = await openStore({ path, params, log })
  expect(existsSync(join(path, 'in-use'))).toBe(true)
  await store.close()
  expect(existsSync(join(path, 'in-use'))).toBe(false)
  expect(readFileSync(data(path)).length).toBeGreaterThan(ROWS * 100)
})
