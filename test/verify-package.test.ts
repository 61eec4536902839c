import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const VECTORS = join(ROOT, 'test/vectors')
let folder: string
let command: string
let packed: string

/** Packed as it is published, and unpacked beside nothing but what it depends on. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windsock-verify-'))
  packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: join(ROOT, 'verify'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
  execFileSync('tar', ['-xzf', join(folder, packed), '-C', folder])
  mkdirSync(join(folder, 'package/node_modules'))
  symlinkSync(join(ROOT, 'node_modules/@noble'), join(folder, 'package/node_modules/@noble'))
  const { bin } = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8')) as {
    bin: Record<string, string>
  }
  command = join(folder, 'package', bin['windsock-verify'] ?? '')
  const { proofs, checkpoints } = JSON.parse(readFileSync(join(VECTORS, 'proofs.json'), 'utf8')) as {
    proofs: Record<string, unknown>
    checkpoints: unknown
  }
  for (const [name, proof] of Object.entries(proofs)) write(`${name}.json`, JSON.stringify(proof))
  write('checkpoints.json', JSON.stringify(checkpoints))
  write('forged.json', JSON.stringify(proofs['post']).replace('"k":0', '"k":1'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content)
}

function verify(args: readonly string[], input?: Uint8Array): { status: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [command, ...args], { cwd: folder, input, encoding: 'utf8' })
  return { status: run.status, out: run.stdout, err: run.stderr }
}

test('it holds its code and its words, and nothing else', () => {
  const files = execFileSync('tar', ['-tzf', join(folder, packed)], { encoding: 'utf8' })
  expect(files).toMatch(/^package\/README\.md$/m)
  expect(files).not.toMatch(/test|(?<!\.d)\.ts$|node_modules/m)
})

test('a proof is good, or not, or could not be checked: 0, 1 or 2', () => {
  const good = verify(['post.json'])
  expect(good).toMatchObject({ status: 0, err: '' })
  expect(good.out).toMatch(/^yes {2}userpost\.signature: alice signed/m)
  expect(good.out).toMatch(/^It shows: alice signed post 0/m)
  expect(good.out).toMatch(/^It cannot show:$/m)
  expect(verify(['forged.json'])).toMatchObject({ status: 1, err: '' })
  expect(verify(['forged.json']).out).toMatch(/^NO {3}userpost\.k: is not the number/m)
  for (const args of [[], ['nowhere.json'], ['--what', 'post.json'], ['post.json', 'user.json'], ['--checkpoints']]) {
    expect(verify(args)).toMatchObject({ status: 2, out: '' })
  }
  expect(verify(['-'], Buffer.from('no JSON'))).toMatchObject({ status: 2, err: 'windsock-verify: - is no JSON\n' })
  expect(verify(['--help'])).toMatchObject({ status: 0 })
})

test('standard input, JSON, and another list of checkpoints', () => {
  const json = verify(['--json', '-'], readFileSync(join(folder, 'user.json')))
  expect([json.status, JSON.parse(json.out)]).toMatchObject([0, { isGood: true, checks: expect.any(Array) }])
  expect(verify(['above.json'])).toMatchObject({ status: 1 })
  const listed = verify(['--checkpoints', 'checkpoints.json', 'above.json'])
  expect(listed.status).toBe(0)
  expect(listed.out).toMatch(/^Checkpoints: checkpoints\.json$/m)
  expect(verify(['--checkpoints', 'post.json', 'above.json'])).toMatchObject({ status: 2, out: '' })
})

test('archives, compressed ones too', () => {
  const archive = readFileSync(join(VECTORS, 'archive-of-users.jsonl'))
  expect(verify(['-'], archive)).toMatchObject({ status: 0, err: '' })
  expect(verify(['-'], archive).out).toMatch(
    /if the chain holds these registrations\.\n.*\n {2}1 [0-9a-f]{64}: 2 hashes of work$/m,
  )
  expect(verify(['-'], gzipSync(archive)).out).toMatch(/^5 posts, 1 DHT values, 4 registrations, 0 blocks$/m)
  expect(verify(['-'], archive.subarray(0, -9))).toMatchObject({ status: 1 })
  expect(verify(['-'], gzipSync(archive).subarray(0, -20))).toMatchObject({ status: 2, out: '' })
})

test('an address', async () => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/post.json' ? 200 : 404
    response.end(readFileSync(join(folder, 'post.json')))
  })
  const address = await listening(server)
  try {
    // Not synchronously: this process is the server.
    const statusOf = (path: string) =>
      new Promise((resolve) => {
        execFile(process.execPath, [command, `${address}${path}`], (error) => resolve(error?.code ?? 0))
      })
    expect(await statusOf('/post.json')).toBe(0)
    expect(await statusOf('/elsewhere')).toBe(2)
  } finally {
    server.close()
  }
})

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
}
