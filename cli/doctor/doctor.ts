import { indexFacts, serverFacts } from '../../db/queries/health.ts'
import { refusedByCode } from '../../db/queries/quarantine.ts'
import { openReader, type Reader } from '../../db/queries/reader.ts'
import { siteStatus } from '../../db/queries/status.ts'
import type { QueueConfig } from '../../node/outbox/item.ts'
import { calmLine } from '../calm-line.ts'
import { type Connection, readConnection, readInstance } from '../instance-file.ts'
import type { LaunchConfig } from '../launch-config.ts'
import { liveDataDir } from '../live-data-dir.ts'
import { siteStatus as statusOfSite } from '../site-status.ts'
import type { Terminal } from '../terminal.ts'
import { type ConfigurationPlaces, checkConfiguration } from './configuration.ts'
import { checkDatabase, checkReadRole } from './database.ts'
import { type Area, bad, type Finding, good, note, reasonOf, within } from './finding.ts'
import { checkFolder, checkPorts } from './folder.ts'
import { judgeIndex, judgeSchema } from './index-state.ts'
import { AREA_MS } from './limits.ts'
import { judgeNode } from './node.ts'
import { checkQueue } from './queue.ts'

export interface DoctorOptions extends ConfigurationPlaces {
  isJson: boolean
  /** Unix seconds. */
  now: number
}

/** Checks everything there is, whatever runs, and says what to do. Exit code 1 when something is bad. */
export async function runDoctor(options: DoctorOptions, terminal: Terminal): Promise<number> {
  const findings = await diagnose(options)
  const isGood = findings.every(({ state }) => state !== 'bad')
  if (options.isJson) terminal.say(JSON.stringify({ isGood, findings }, undefined, 2))
  else for (const line of findingLines(findings)) terminal.say(line)
  return isGood ? 0 : 1
}

export async function diagnose(options: DoctorOptions): Promise<Finding[]> {
  const { findings, config } = checkConfiguration(options)
  const live = liveDataDir(options.root, options.dataDir) ?? liveDataDir(options.root, config?.dataDir)
  const servers = serversOf(live, config)
  const [here, elsewhere] = await Promise.all([
    guarded('configuration', () => checkHere(live, config)),
    servers === undefined ? [bad('node', NOTHING_RUNS)] : checkServers(servers, options.now),
  ])
  return [...findings, ...here, ...elsewhere]
}

const NOTHING_RUNS =
  'nothing runs, and no DATABASE_URL is set, so that database, queue, node and index could not be asked: start with ./windsock up'

interface Servers extends Connection {
  /** The site's own way in, as far as it is known here. */
  readUrl: string | undefined
  network: string | undefined
}

/** The running instance's, or those of the settings. */
function serversOf(live: string | undefined, config: LaunchConfig | undefined): Servers | undefined {
  const running = live === undefined ? undefined : readConnection(live)
  if (live !== undefined && running !== undefined) {
    return { ...running, readUrl: undefined, network: readInstance(live)?.network }
  }
  if (config?.databaseUrl === undefined) return undefined
  const { databaseUrl, redisUrl, readDatabaseUrl, network } = config
  return { databaseUrl, redisUrl, readUrl: readDatabaseUrl, network }
}

async function checkHere(live: string | undefined, config: LaunchConfig | undefined): Promise<Finding[]> {
  if (live === undefined) return config === undefined ? [] : [...checkFolder(config), ...(await checkPorts(config))]
  const folder = config === undefined ? [] : checkFolder({ ...config, dataDir: live })
  const instance = readInstance(live)
  if (instance === undefined) return [...folder, note('configuration', `what runs on ${live} has only begun to start`)]
  const isAnswering = (await statusOfSite(instance.address)) !== undefined
  return [
    ...folder,
    isAnswering
      ? good('configuration', `the site answers at ${instance.address}`)
      : bad('configuration', `the site does not answer at ${instance.address}: read ${live}/log/site.log`),
  ]
}

async function checkServers(servers: Servers, now: number): Promise<Finding[]> {
  const { databaseUrl, redisUrl, readUrl, network } = servers
  const queue: QueueConfig =
    redisUrl === undefined ? { kind: 'postgres', url: databaseUrl } : { kind: 'redis', url: redisUrl }
  const reader = openReader(databaseUrl)
  try {
    const problem = await databaseProblem(reader)
    if (problem !== undefined) {
      const away = bad(
        'database',
        `the database does not answer (${problem}), so that node and index could not be asked: start it, or correct DATABASE_URL`,
      )
      return [away, ...(queue.kind === 'redis' ? await guarded('queue', () => checkQueue(queue, reader)) : [])]
    }
    const parts = await Promise.all([
      guarded('database', () => checkDatabase(reader, now)),
      guarded('database', () => checkReadRole(reader, readUrl)),
      guarded('queue', () => checkQueue(queue, reader)),
      guarded('index', () => checkIndex(reader, network, now)),
    ])
    return parts.flat()
  } finally {
    await reader.end({ timeout: 1 })
  }
}

async function databaseProblem(reader: Reader): Promise<string | undefined> {
  try {
    await within(AREA_MS, 'it', serverFacts(reader))
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

/** Node and index, by what they wrote into the database. */
async function checkIndex(reader: Reader, network: string | undefined, now: number): Promise<Finding[]> {
  const server = await serverFacts(reader)
  if (server?.hasMeta !== true) {
    return [bad('index', 'the database is empty: start the indexer, or run node --import tsx db/migrate.ts')]
  }
  const facts = await indexFacts(reader)
  const schema = judgeSchema(facts.meta, network)
  // Other tables than those this version knows cannot be asked.
  if (schema.some(({ state }) => state === 'bad')) return schema
  const [status, refused] = await Promise.all([siteStatus(reader), refusedByCode(reader, {})])
  return [...judgeNode(status, now), ...judgeIndex({ facts, status, refused, network, now })]
}

/** No check holds up the others, or hides what they found. */
async function guarded(area: Area, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await within(AREA_MS, `the check of the ${area}`, check())
  } catch (error) {
    return [bad(area, `this could not be checked: ${reasonOf(error)}`)]
  }
}

const SIGNS = { good: '  ok', note: 'note', bad: ' BAD' } as const

function findingLines(findings: readonly Finding[]): string[] {
  const lines = findings.map(({ area, state, words }) => calmLine(`${SIGNS[state]}  ${area.padEnd(13)}  ${words}`))
  const bads = findings.filter(({ state }) => state === 'bad').length
  return [...lines, bads === 0 ? 'all is well' : `${bads} to put right`]
}
