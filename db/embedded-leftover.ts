import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { identityOf } from './embedded-process.ts'

const FAST_STOP_MS = 10_000
const KILL_STOP_MS = 5_000
const POLL_MS = 50

/** Stops a PostgreSQL that a killed parent left serving this cluster, and clears the pid file that it leaves. */
export async function stopLeftover(cluster: string, log: { info(text: string): void }): Promise<void> {
  const postmaster = readPostmasterPid(cluster)
  const leftover = processesOf(cluster, postmaster)
  if (leftover.length > 0) {
    log.info(`stopping the PostgreSQL (pid ${leftover.join(', ')}) that an earlier run left behind`)
    if (postmaster !== undefined && leftover.includes(postmaster)) signal([postmaster], 'SIGINT')
    if (!(await areGone(cluster, postmaster, FAST_STOP_MS))) {
      signal(processesOf(cluster, postmaster), 'SIGKILL')
      if (!(await areGone(cluster, postmaster, KILL_STOP_MS)))
        throw new Error(`a PostgreSQL that runs on ${cluster} cannot be stopped; stop it by hand`)
    }
  }
  // Nothing of ours runs: whoever has the pid in the file now is a stranger, before whom PostgreSQL would refuse to start.
  rmSync(join(cluster, 'postmaster.pid'), { force: true })
}

export function readPostmasterPid(cluster: string): number | undefined {
  return postmasterFile(cluster)?.pid
}

/** The pid file's first line is the pid and its eighth the state: "starting", "ready", "stopping". */
export function postmasterFile(cluster: string): { pid: number; state: string } | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'latin1').split('\n')
    const pid = Number(lines[0])
    return Number.isSafeInteger(pid) && pid > 1 ? { pid, state: (lines[7] ?? '').trim() } : undefined
  } catch {
    return undefined
  }
}

/** Every running PostgreSQL process of this cluster; a killed postmaster leaves its children a moment longer. */
function processesOf(cluster: string, postmaster: number | undefined): number[] {
  if (process.platform !== 'linux')
    return postmaster !== undefined && commandOf(postmaster).includes(cluster) ? [postmaster] : []
  const folder = realpathSync(cluster)
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isSafeInteger(pid) && identityOf(pid) !== undefined && isPostgresIn(folder, pid))
}

function isPostgresIn(folder: string, pid: number): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === folder && basename(readlinkSync(`/proc/${pid}/exe`)).startsWith('postgres')
    )
  } catch {
    return false
  }
}

function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

async function areGone(cluster: string, postmaster: number | undefined, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += POLL_MS) {
    if (processesOf(cluster, postmaster).length === 0) return true
    await delay(POLL_MS)
  }
  return false
}

function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, name)
    } catch {
      // It ended by itself in between.
    }
}
