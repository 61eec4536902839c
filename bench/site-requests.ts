import { rounded } from './child.ts'
import { cpuOf, startHttpChild } from './http-child.ts'
import { load, requestText } from './http-load.ts'
import type { ApiBenchOptions, Progress } from './measure.ts'
import { samplePages } from './site-pages.ts'
import { type SiteUnderLoad, startSiteUnderLoad } from './site-process.ts'

const CONNECTIONS = 8
/** The engine goes on improving what is new for some thousand calls. */
const WARM_UP = { ms: 700, requests: 1500 }
const RUN = { ms: 2000, requests: 300 }
const ROUNDS = 3
const MOST = 0.9
const MAX_ROUNDS = 6
const TARGETS = { cached_of_bare: 0.6, uncached_cpu_ms: 4, uncached_first_byte_p95_ms: 50 }

/** Pages whose making is measured; what is sent of them when they are kept, of the first. */
const KINDS = ['front', 'profile', 'post', 'thread_of_up_to_50', 'hashtag', 'search', 'trends', 'names'] as const
const CALL = '/api/v1/posts?limit=20'

interface Figures {
  requests_per_s: number
  p50_ms: number
  p99_ms: number
  cpu_ms: number
}

/**
 * Pages over HTTP on connections that stay: kept, as 304, and made anew for each request, alone and side by side. The
 * bound: a server that sends the same bytes and does nothing else.
 */
export async function measureRequests(options: ApiBenchOptions, progress: Progress): Promise<object> {
  const site = await startSiteUnderLoad(options)
  try {
    const pages = await samplePages(options)
    const figures: Record<string, object> = {}
    for (const kind of KINDS) {
      const paths = await answered(site.port, pages[kind] ?? [])
      if (paths.length === 0) continue
      progress(`requests: ${kind}`)
      figures[kind] = await measurePage(site, paths)
    }
    progress('requests: a call of the API')
    return { connections: CONNECTIONS, ...figures, api_call: await measureCall(site), target: TARGETS }
  } finally {
    await site.end()
  }
}

async function measurePage(site: SiteUnderLoad, paths: readonly string[]): Promise<object> {
  const uncached = await measureUncached(site, paths)
  return { uncached, ...(await measureKept(site, paths[0] ?? '')) }
}

async function measureCall(site: SiteUnderLoad): Promise<object> {
  return measureKept(site, CALL)
}

async function measureKept(site: SiteUnderLoad, path: string): Promise<object> {
  const bare = await startHttpChild('bare-http-process.ts', [String(site.port), path])
  // The name that validators were asked for by: absolute addresses follow it.
  const host = { host: `127.0.0.1:${site.port}` }
  const br = { 'accept-encoding': 'br', ...host }
  try {
    const cpu = async () => site.cpuMs()
    const rounds: { cached: Figures; bare: Figures }[] = []
    // In turns: what else this machine does meets both.
    while (rounds.length < ROUNDS) {
      const cached = await measure(site.port, cpu, '200', () => requestText(path, host))
      const bareRound = await measure(
        bare.port,
        () => cpuOf(bare),
        '200',
        () => requestText(path),
      )
      rounds.push({ cached, bare: bareRound })
    }
    const ratios = rounds.map((round) => round.cached.requests_per_s / round.bare.requests_per_s)
    const middle = rounds[ratios.indexOf(median(ratios))]
    return {
      ...middle,
      cached_of_bare: rounded(median(ratios), 2),
      cached_br: await measure(site.port, cpu, '200', () => requestText(path, br)),
      not_modified: await measureNotModified(site, path, br),
    }
  } finally {
    await bare.child.end()
  }
}

/** A page that tells ages is another one after some seconds: then once more. */
async function measureNotModified(site: SiteUnderLoad, path: string, headers: Record<string, string>): Promise<object> {
  for (let round = 1; ; round++) {
    const etag = (await head(site.port, path, headers)).headers.get('etag') ?? ''
    try {
      return await measure(
        site.port,
        async () => site.cpuMs(),
        '304',
        () => requestText(path, { ...headers, 'if-none-match': etag }),
      )
    } catch (error) {
      if (round === MAX_ROUNDS || !(error instanceof OtherAnswers)) throw error
    }
  }
}

/** Each request by another host's name, which absolute addresses follow: none of them was made before. */
async function measureUncached(site: SiteUnderLoad, paths: readonly string[]): Promise<object> {
  let host = 0
  const requestOf = () => {
    const at = host++
    return requestText(paths[at % paths.length] ?? '', { host: `h${at}.bench` })
  }
  const side = await measure(site.port, async () => site.cpuMs(), '200', requestOf)
  const alone = await load({ port: site.port, connections: 1, ms: 2000, requests: 200, requestOf })
  return {
    ...side,
    first_byte_p95_ms: quantile(alone.firstByteMs, 0.95),
    first_byte_p50_ms: quantile(alone.firstByteMs, 0.5),
  }
}

async function measure(
  port: number,
  cpuMs: () => Promise<number>,
  status: string,
  requestOf: (i: number) => string,
): Promise<Figures> {
  await load({ port, connections: CONNECTIONS, ...WARM_UP, requestOf })
  const before = await cpuMs()
  const { requests, seconds, statuses, wholeMs } = await load({ port, connections: CONNECTIONS, ...RUN, requestOf })
  if ((statuses[status] ?? 0) < requests * MOST) {
    throw new OtherAnswers(`answers other than ${status}: ${JSON.stringify(statuses)}`)
  }
  return {
    requests_per_s: Math.round(requests / seconds),
    p50_ms: quantile(wholeMs, 0.5),
    p99_ms: quantile(wholeMs, 0.99),
    cpu_ms: rounded(((await cpuMs()) - before) / requests, 3),
  }
}

class OtherAnswers extends Error {}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0, 2)
}

function head(port: number, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const identity = { 'accept-encoding': 'identity', ...headers }
  return fetch(`http://127.0.0.1:${port}${path}`, { headers: identity })
}

/** Those of the paths that there is something at. */
async function answered(port: number, paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) if ((await fetch(`http://127.0.0.1:${port}${path}`)).ok) found.push(path)
  return found
}
