import { openDb } from '../db/client.ts'
import { rounded } from './child.ts'
import { cpuOf, type HttpChild, startHttpChild } from './http-child.ts'
import { load, requestText } from './http-load.ts'
import type { ApiBenchOptions, Progress } from './measure.ts'
import { familyUsage } from './process-usage.ts'
import { type Subjects, sampleSubjects } from './query-subjects.ts'

const SEED = 1
const CONNECTIONS = 8
/** The engine goes on improving what is new for some thousand calls. */
const WARM_UP = { ms: 500, requests: 4000 }
const RUN = { ms: 3000, requests: 1000 }
/** To hold the figures to: CPU of the site for a list of 20 that nobody has asked for before. */
const TARGETS = { uncached_list_cpu_ms: 0.3 }

/** What is asked for. Different subjects, so that what was just answered is not asked for again. */
const CASES: Readonly<Record<string, (subjects: Subjects, port: number) => string[] | Promise<string[]>>> = {
  list_of_20: (_subjects, port) => pagesOf('/api/v1/posts?limit=20', port),
  post: ({ posts }) => posts.map(({ username, k }) => `/api/v1/posts/${username}/${k}`),
  thread: ({ posts }) => posts.map(({ username, k }) => `/api/v1/posts/${username}/${k}/thread`),
  search: ({ words }) => words.map((word) => `/api/v1/search?q=${encodeURIComponent(word)}`),
}

interface Figures {
  requests_per_s: number
  cpu_ms: number
  /** Of the database, all its processes. */
  database_cpu_ms?: number
}

/**
 * Calls over HTTP, on connections that stay: as nobody has asked before, as somebody just did, and with the validator of
 * the answer. The bound: a server that sends the same bytes and does nothing else.
 */
export async function measureHttp(options: ApiBenchOptions, progress: Progress): Promise<object> {
  const db = openDb(options.databaseUrl, { max: 1, name: 'bench' })
  const subjects = await sampleSubjects(db, SEED)
  const [file] = await db<{ text: string }[]>`select pg_read_file('postmaster.pid') as text`
  await db.end()
  const databasePid = Number.parseInt(file?.text ?? '', 10)
  const front = await startHttpChild('api-http-process.ts', [options.readUrl, String(options.endTime)])
  try {
    const figures: Record<string, object> = {}
    for (const [name, pathsOf] of Object.entries(CASES)) {
      progress(`http: ${name}`)
      figures[name] = await measureCase(
        front,
        await answered(front.port, await pathsOf(subjects, front.port)),
        databasePid,
      )
    }
    return { connections: CONNECTIONS, ...figures, target: TARGETS }
  } finally {
    await front.child.end()
  }
}

async function measureCase(front: HttpChild, paths: readonly string[], databasePid: number): Promise<object> {
  const path = paths[0] ?? ''
  const whole = { headers: { 'accept-encoding': 'identity' } }
  const etag = (await fetch(`http://127.0.0.1:${front.port}${path}`, whole)).headers.get('etag') ?? ''
  const bare = await startHttpChild('bare-http-process.ts', [String(front.port), path])
  try {
    return {
      uncached: await measure(front, '200', (i) => requestText(spelt(at(paths, i), i)), databasePid),
      cached: await measure(front, '200', () => requestText(path)),
      cached_gzip: await measure(front, '200', () => requestText(path, { 'accept-encoding': 'gzip' })),
      not_modified: await measure(front, '304', () => requestText(path, { 'if-none-match': etag })),
      bare: await measure(bare, '200', () => requestText(path)),
    }
  } finally {
    await bare.child.end()
  }
}

async function measure(
  server: HttpChild,
  status: string,
  requestOf: (i: number) => string,
  databasePid?: number,
): Promise<Figures> {
  await load({ port: server.port, connections: CONNECTIONS, ...WARM_UP, requestOf })
  const [cpuBefore, databaseBefore] = [await cpuOf(server), databasePid && familyUsage(databasePid).cpu_s]
  // Other addresses than those of the warm-up.
  const offset = 1 << 20
  const { requests, seconds, statuses } = await load({
    port: server.port,
    connections: CONNECTIONS,
    ...RUN,
    requestOf: (i) => requestOf(i + offset),
  })
  if (Object.keys(statuses).join() !== status)
    throw new Error(`answers other than ${status}: ${JSON.stringify(statuses)}`)
  const figures = {
    requests_per_s: Math.round(requests / seconds),
    cpu_ms: rounded(((await cpuOf(server)) - cpuBefore) / requests, 3),
  }
  if (databasePid === undefined || databaseBefore === undefined) return figures
  const databaseMs = (familyUsage(databasePid).cpu_s - databaseBefore) * 1000
  return { ...figures, database_cpu_ms: rounded(databaseMs / requests, 3) }
}

const PAGES = 20

/** A list, and where it goes on. */
async function pagesOf(path: string, port: number): Promise<string[]> {
  const paths = [path]
  while (paths.length < PAGES) {
    const answer = await fetch(`http://127.0.0.1:${port}${paths.at(-1)}`)
    const { next } = (await answer.json()) as { next?: string }
    if (next === undefined) return paths
    paths.push(`${path}&cursor=${next}`)
  }
  return paths
}

const SPELLING_LETTERS = 20

/** The same address in the i-th spelling, which no cache has seen: its first letters as they are or escaped. */
function spelt(path: string, i: number): string {
  const start = '/api/v1/'.length
  let letter = 0
  const tail = path.slice(start).replace(/%..|[a-z0-9]/g, (text) => {
    const isEscaped = letter < SPELLING_LETTERS && ((i >> letter++) & 1) === 1
    return isEscaped && text.length === 1 ? `%${text.charCodeAt(0).toString(16)}` : text
  })
  return path.slice(0, start) + tail
}

/** Those of the paths that there is something at. */
async function answered(port: number, paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) if ((await fetch(`http://127.0.0.1:${port}${path}`)).ok) found.push(path)
  return found
}

function at(paths: readonly string[], i: number): string {
  const path = paths[i % paths.length]
  if (path === undefined) throw new Error('nothing to ask for')
  return path
}
