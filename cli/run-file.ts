import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { identityOf, isRunning, type ProcessIdentity, parseProcessIdentity } from '../db/embedded-process.ts'

const LEFTOVER_STOP_MS = 5_000
const KILLED_MS = 2_000
const POLL_MS = 50

/** Notes a child on disk, so that whoever comes after a killed launcher can find it. */
export function writeRunFile(runDir: string, name: string, pid: number): void {
  const identity = identityOf(pid)
  if (identity === undefined) return
  mkdirSync(runDir, { recursive: true })
  writeFileSync(join(runDir, `${name}.json`), JSON.stringify(identity))
}

export function removeRunFile(runDir: string, name: string): void {
  rmSync(join(runDir, `${name}.json`), { force: true })
}

export interface NotedProcess extends ProcessIdentity {
  name: string
}

/** The children that are noted and run. */
export function runningChildren(runDir: string): NotedProcess[] {
  return notedChildren(runDir).filter(isRunning)
}

/** Ends what a killed launcher left running, each with its process group; asked first, then killed. */
export async function stopLeftovers(runDir: string, onFound: (name: string, pid: number) => void): Promise<void> {
  const left = runningChildren(runDir)
  for (const child of left) {
    onFound(child.name, child.pid)
    signalGroup(child.pid, 'SIGTERM')
  }
  if (!(await allGone(left, LEFTOVER_STOP_MS))) {
    for (const child of left.filter(isRunning)) signalGroup(child.pid, 'SIGKILL')
    if (!(await allGone(left, KILLED_MS))) {
      const stuck = left.filter(isRunning).map((child) => `${child.name} (process ${child.pid})`)
      throw new Error(`an earlier run left ${stuck.join(', ')} that cannot be stopped`)
    }
  }
  for (const child of notedChildren(runDir)) removeRunFile(runDir, child.name)
}

/** A child leads its own process group, so that its own children go with it. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // Gone already.
  }
}

function notedChildren(runDir: string): NotedProcess[] {
  let files: string[]
  try {
    files = readdirSync(runDir)
  } catch {
    return []
  }
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      pid: 0,
      startedAt: '',
      ...parseProcessIdentity(readText(join(runDir, file))),
      name: file.slice(0, -'.json'.length),
    }))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

async function allGone(children: readonly ProcessIdentity[], withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += POLL_MS) {
    if (!children.some(isRunning)) return true
    await delay(POLL_MS)
  }
  return !children.some(isRunning)
}
