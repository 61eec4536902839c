import { join } from 'node:path'
import { readPostmasterPid } from '../db/embedded-leftover.ts'
import { readOwnerFile } from '../db/embedded-owner.ts'
import { identityOf, isRunning } from '../db/embedded-process.ts'
import { type Instance, readInstance } from './instance-file.ts'
import { defaultDataDir } from './launch-config.ts'
import { count, duration } from './progress.ts'
import { runningChildren } from './run-file.ts'
import { type SiteStatus, siteStatus } from './site-status.ts'
import type { Terminal } from './terminal.ts'

const NOTHING_RUNS = 3
const SITE_SILENT = 1
const LABEL_WIDTH = 10

export interface StatusOptions {
  root: string
  dataDir: string | undefined
  isJson: boolean
}

interface ProcessLine {
  name: string
  pid: number
}

/** Prints one screen about the running instance; the exit code. */
export async function runStatus(options: StatusOptions, terminal: Terminal): Promise<number> {
  const folders = options.dataDir === undefined ? defaultFolders(options.root) : [options.dataDir]
  const dataDir = folders.find(isLive)
  if (dataDir === undefined) {
    if (options.isJson) terminal.say(JSON.stringify({ isRunning: false }))
    else terminal.say(`nothing runs${options.dataDir === undefined ? '' : ` on ${options.dataDir}`}`)
    return NOTHING_RUNS
  }
  const instance = readInstance(dataDir)
  const status = instance === undefined ? undefined : await siteStatus(instance.address)
  const processes = processesOf(dataDir)
  if (options.isJson) {
    const { command, network, address, startedAt } = instance ?? {}
    terminal.say(
      JSON.stringify(
        { isRunning: true, dataDir, command, network, address, startedAt, processes, site: status },
        null,
        2,
      ),
    )
  } else for (const line of screen(dataDir, instance, processes, status, Date.now() / 1000)) terminal.say(line)
  return status === undefined ? SITE_SILENT : 0
}

function defaultFolders(root: string): string[] {
  return (['main', 'regtest', 'demo'] as const).map((name) => defaultDataDir(root, name))
}

function isLive(dataDir: string): boolean {
  const launcher = readOwnerFile(join(dataDir, 'launcher.json'))
  return launcher !== undefined && isRunning(launcher)
}

function processesOf(dataDir: string): ProcessLine[] {
  const launcher = readOwnerFile(join(dataDir, 'launcher.json'))
  const database = readPostmasterPid(join(dataDir, 'postgres', 'cluster'))
  return [
    ...(launcher === undefined ? [] : [{ name: 'launcher', pid: launcher.pid }]),
    ...(database === undefined || identityOf(database) === undefined ? [] : [{ name: 'database', pid: database }]),
    ...runningChildren(join(dataDir, 'run')).map(({ name, pid }) => ({ name, pid })),
  ]
}

function screen(
  dataDir: string,
  instance: Instance | undefined,
  processes: readonly ProcessLine[],
  status: SiteStatus | undefined,
  now: number,
): string[] {
  const address = instance === undefined ? 'starting' : `${instance.address} (${instance.command}, ${instance.network})`
  return [
    line('site', address),
    line('data', dataDir),
    line('running', processes.map(({ name, pid }) => `${name} ${pid}`).join(', ')),
    ...(status === undefined ? [line('status', 'the site does not answer')] : statusLines(status, now)),
  ]
}

function statusLines(status: SiteStatus, now: number): string[] {
  const { tip, newestPost, indexer } = status
  return [
    line('index', tip === undefined ? 'no block yet' : `block ${count(tip.height)}, ${ago(now - tip.time)}`),
    line('holds', inWords(status.counts)),
    ...(newestPost === undefined ? [] : [line('newest', `post ${ago(now - newestPost)}`)]),
    ...status.nodes.flatMap((node) => [
      line(
        'node',
        `reported ${ago(now - node.at)}${node.cursor === undefined ? '' : `, indexed to item ${count(node.cursor)}`}`,
      ),
      ...Object.entries(node.report).map(([name, value]) => line(`  ${name}`, inWords(value))),
    ]),
    ...(indexer === undefined
      ? []
      : [line('indexer', `reported ${ago(now - indexer.at)}, ${inWords(indexer.report)}`)]),
  ]
}

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)} ${text}`
}

function ago(seconds: number): string {
  return seconds < 1 ? 'just now' : `${duration(seconds)} ago`
}

/** Any report as words; what a newer node reports shows up without a change here. */
function inWords(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? count(value) : value.toFixed(2)
  if (Array.isArray(value)) return value.length <= 3 ? value.map(inWords).join(', ') : `${value.length}`
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .filter(([, part]) => part !== undefined && part !== null)
    .map(([name, part]) => `${name} ${typeof part === 'object' ? `(${inWords(part)})` : inWords(part)}`)
    .join(', ')
}
