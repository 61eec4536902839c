import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { watchedEnvironment, watchedSockets } from '../cli/watched-sockets.ts'
import { readDocument } from './api-document.ts'
import { faultsOfEverything } from './api-everything.ts'
import { eventually, freePort } from './services.ts'

const root = join(import.meta.dirname, '..')
/** "demo reaches ready within 3 minutes". */
const READY_MS = 180_000
/** "Stop on SIGINT/SIGTERM within 10 s and leave no process behind". */
const STOP_MS = 10_000

let data: string
let url: string
let demo: ChildProcess

interface PostJson {
  n: string
  k: number
  kind: string
  time: number
  page: string
}

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'windsock-demo-'))
  url = `http://127.0.0.1:${await freePort()}`
  demo = await startDemo()
}, READY_MS)

afterAll(async () => {
  if (demo.exitCode === null) demo.kill('SIGTERM')
  await eventually(processesOfDemo, (left) => left.length === 0)
  rmSync(data, { recursive: true, force: true })
}, 60_000)

async function startDemo(): Promise<ChildProcess> {
  const args = ['demo', '--data', data, '--port', new URL(url).port]
  // Every process of the demo inherits TMPDIR: by it they are found again.
  const env = watchedEnvironment(data)
  const child = spawn(join(root, 'windsock'), args, { cwd: tmpdir(), env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk
      if (output.split('\n').includes(`ready ${url}`)) resolve()
    })
    child.stderr?.on('data', (chunk) => {
      output += chunk
    })
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}: ${output}`)))
    setTimeout(() => reject(new Error(`the demo is not ready: ${output}`)), READY_MS).unref()
  })
  await ready
  return child
}

/** Command lines of every process that has the demo's data folder in its arguments or environment. */
function processesOfDemo(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const isOurs = `${command}${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(data)
        return isOurs && command !== '' ? [`${pid} ${command}`] : []
      } catch {
        return []
      }
    })
}

async function json<T>(path: string): Promise<T> {
  const response = await fetch(url + path)
  expect(response.status, path).toBe(200)
  return (await response.json()) as T
}

async function page(path: string): Promise<string> {
  const response = await fetch(url + path)
  expect(response.status, path).toBe(200)
  return response.text()
}

function newestPosts(): Promise<{ items: PostJson[] }> {
  return json<{ items: PostJson[] }>('/api/v1/posts?limit=50')
}

interface Branch {
  replies: Branch[]
}

function depthOf(branch: Branch): number {
  return 1 + Math.max(0, ...branch.replies.map(depthOf))
}

it("shows alice's profile, a thread of replies at least four deep, and a hashtag", async () => {
  const profile = await eventually(
    () => page('/@alice'),
    (html) => html.includes('Alice Marlowe'),
  )
  expect(profile).toContain('@alice')
  const deepest = async () => {
    const { items } = await json<{ items: PostJson[] }>('/api/v1/users/alice/posts?limit=100')
    const threads = await Promise.all(items.map(({ n, k }) => json<Branch>(`/api/v1/posts/${n}/${k}/thread`)))
    return Math.max(0, ...threads.map(depthOf)) - 1
  }
  expect(await eventually(deepest, (depth) => depth >= 4)).toBeGreaterThanOrEqual(4)
  expect(await page('/hashtag/twister')).toContain('#')
})

it('has every kind of post, and shows no direct message', async () => {
  const kinds = new Set((await newestPosts()).items.map((post) => post.kind))
  const users = await json<{ items: { n: string }[] }>('/api/v1/users?limit=100')
  for (const { n } of users.items) {
    const { items } = await json<{ items: PostJson[] }>(`/api/v1/users/${n}/posts?limit=100`)
    for (const { kind } of items) kinds.add(kind)
  }
  expect([...kinds].sort()).toEqual(['custom', 'favourite', 'post', 'reply', 'retwist'])
  const bob = await json<{ counts: { directMessages: number } }>('/api/v1/users/alice')
  expect(bob.counts.directMessages).toBeGreaterThan(0)
})

it('answers every call of its API as its document says', async () => {
  const site = { fetch: (request: Request) => fetch(request.url.replace('http://site.example', url)) }
  const document = await readDocument(site)
  const names = async (path: string, field: string) =>
    (await json<{ items: Record<string, string>[] }>(`/api/v1${path}`)).items.map((item) => `${item[field]}`)
  const posts = (await newestPosts()).items.map(({ n, k }) => `${n}/${k}`)
  const subjects = {
    users: await names('/names?limit=8', 'n'),
    posts: posts.slice(0, 12),
    tags: await names('/hashtags?limit=4', 'tag'),
    blocks: await names('/blocks?limit=3', 'hash'),
    words: ['twister', 'from:alice'],
    now: Math.floor(Date.now() / 1000),
  }
  expect(await faultsOfEverything(document, site, subjects)).toEqual([])
  expect(document.calls.length).toBeGreaterThan(40)
})

it('shows a new post on the front page within five seconds of its being made', async () => {
  const known = new Set((await newestPosts()).items.map((post) => post.page))
  const fresh = await eventually(
    async () => (await newestPosts()).items.find((post) => !known.has(post.page) && post.kind !== 'retwist'),
    (post) => post !== undefined,
  )
  const html = await eventually(
    () => page('/'),
    (text) => text.includes(`href="${fresh?.page}"`),
  )
  const shownAt = Date.now() / 1000
  expect(html).toContain(`href="${fresh?.page}"`)
  // The post's own time has whole seconds.
  expect(shownAt - (fresh?.time ?? 0)).toBeLessThan(6)
})

it('says how it is with `windsock status`', () => {
  const run = spawnSync(join(root, 'windsock'), ['status', '--json', '--data', data], { encoding: 'utf8' })
  expect(run.stderr).toBe('')
  expect(run.status).toBe(0)
  expect(() => JSON.parse(run.stdout)).not.toThrow()
  const text = spawnSync(join(root, 'windsock'), ['status', '--data', data], { encoding: 'utf8' })
  expect(text.stdout).toMatch(/chain/)
})

it('survives the loss of its node, its indexer, its site, its database and its network', async () => {
  for (const part of ['node/main.ts', 'indexer/main.ts', 'app/_server/main.ts', 'postgres -D', 'devnet/main.ts']) {
    const [victim] = processesOfDemo().filter((line) => line.includes(part))
    expect(victim, part).toBeDefined()
    process.kill(Number(victim?.split(' ')[0]), 'SIGKILL')
    const before = Date.now() / 1000
    await eventually(
      () => newestPosts().catch(() => ({ items: [] })),
      ({ items }) => items.some((post) => post.time > before),
      60_000,
    )
  }
}, 240_000)

it('starts again after a kill -9 of the launcher, on the same folder, with nothing lost', async () => {
  const before = await json<{ counts: { posts: number } }>('/api/v1/status')
  const exited = once(demo, 'exit')
  demo.kill('SIGKILL')
  await exited
  demo = await startDemo()
  const after = await json<{ counts: { posts: number } }>('/api/v1/status')
  expect(after.counts.posts).toBeGreaterThanOrEqual(before.counts.posts)
}, 240_000)

it('stops on SIGINT within ten seconds and leaves no process', async () => {
  const started = performance.now()
  const exited = once(demo, 'exit')
  demo.kill('SIGINT')
  const [code] = await exited
  expect(performance.now() - started).toBeLessThan(STOP_MS)
  expect(code).toBe(0)
  await delay(200)
  expect(processesOfDemo()).toEqual([])
})

it('contacted nothing but this machine', () => {
  const { here, elsewhere } = watchedSockets(data)
  expect(elsewhere).toEqual([])
  expect(new Set(here.map(({ pid }) => pid)).size).toBeGreaterThanOrEqual(4)
})
