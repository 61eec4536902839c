import { connect } from 'node:net'
import { openReader } from '../db/queries/reader.ts'
import { siteStatus } from '../db/queries/status.ts'
import { reachableHost } from './host-port.ts'

const ANSWER_MS = 4_000
/** The indexer reports itself every few seconds, also when there is nothing to index. */
const REPORT_MAX_AGE_S = 60

export const HEALTH_PARTS = ['node', 'indexer', 'site'] as const
export type HealthPart = (typeof HEALTH_PARTS)[number]
type Env = Readonly<Record<string, string | undefined>>

/** For a container's health check, with the environment of the part's own process: what is wrong, or undefined. */
export async function healthProblem(part: HealthPart, env: Env): Promise<string | undefined> {
  switch (part) {
    case 'node':
      return connectProblem(
        reachableHost(env['WINDSOCK_BIND'] || '127.0.0.1'),
        Number(env['WINDSOCK_P2P_PORT'] || 28_333),
      )
    case 'indexer':
      return reportProblem(env['DATABASE_URL'] ?? '')
    case 'site':
      return siteProblem(reachableHost(env['WINDSOCK_BIND'] || '127.0.0.1'), env['WINDSOCK_PORT'] ?? '')
  }
}

function connectProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const socket = connect({ host, port })
    const finish = (problem: string | undefined) => {
      socket.destroy()
      done(problem)
    }
    socket.setTimeout(ANSWER_MS, () => finish('the node does not answer'))
    socket.once('connect', () => finish(undefined))
    socket.once('error', (error) => finish(`the node does not answer: ${error.message}`))
  })
}

async function reportProblem(url: string): Promise<string | undefined> {
  const reader = openReader(url)
  try {
    const { indexer } = await siteStatus(reader)
    const ageS = indexer === undefined ? Number.POSITIVE_INFINITY : Date.now() / 1000 - indexer.at
    return ageS <= REPORT_MAX_AGE_S ? undefined : 'the indexer has not reported itself for a minute'
  } catch (error) {
    return `the database does not answer: ${error instanceof Error ? error.message : error}`
  } finally {
    await reader.end({ timeout: 1 })
  }
}

async function siteProblem(host: string, port: string): Promise<string | undefined> {
  try {
    const response = await fetch(`http://${host}:${port}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) })
    return response.ok ? undefined : `the site is not ready: ${(await response.text()).trim()}`
  } catch {
    return 'the site does not answer'
  }
}
