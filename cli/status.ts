import { join } from 'node:path'
import { readPostmasterPid } from '../db/embedded-leftover.ts'
import { readOwnerFile } from '../db/embedded-owner.ts'
import { identityOf } from '../db/embedded-process.ts'
import { readInstance } from './instance-file.ts'
import { liveDataDir } from './live-data-dir.ts'
import { runningChildren } from './run-file.ts'
import { siteStatus } from './site-status.ts'
import { type ProcessLine, statusScreen } from './status-screen.ts'
import type { Terminal } from './terminal.ts'

const NOTHING_RUNS = 3
const SITE_SILENT = 1

export interface StatusOptions {
  root: string
  dataDir: string | undefined
  isJson: boolean
}

/** Prints one screen about the running instance; the exit code. */
export async function runStatus(options: StatusOptions, terminal: Terminal): Promise<number> {
  const dataDir = liveDataDir(options.root, options.dataDir)
  if (dataDir === undefined) {
    if (options.isJson) terminal.say(JSON.stringify({ isRunning: false }))
    else terminal.say(`nothing runs${options.dataDir === undefined ? '' : ` on ${options.dataDir}`}`)
    return NOTHING_RUNS
  }
  const instance = readInstance(dataDir)
  const status = instance === undefined ? undefined : await siteStatus(instance.address)
  const processes = processesOf(dataDir)
  if (options.isJson) {
    terminal.say(JSON.stringify({ isRunning: true, dataDir, ...instance, processes, status }, undefined, 2))
  } else for (const line of statusScreen(dataDir, instance, processes, status)) terminal.say(line)
  return status === undefined ? SITE_SILENT : 0
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
