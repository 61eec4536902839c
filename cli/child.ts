import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { type ChildLog, lineCutter, openChildLog } from './child-log.ts'
import { warningIn } from './child-warning.ts'
import { removeRunFile, signalGroup, writeRunFile } from './run-file.ts'
import type { Part } from './supervisor.ts'

const MAX_SHOWN_PER_INTERVAL = 10
const SHOWN_INTERVAL_MS = 10_000

export interface ChildSpec {
  name: string
  /** Words after `node`. */
  args: readonly string[]
  env: Readonly<Record<string, string>>
  cwd: string
  /** Where DATA/log and DATA/run lie. */
  dataDir: string
  onWarning(text: string): void
  onLine?(line: string): void
}

export interface Child extends Part {
  /** undefined when a signal ended it, or it never ran. */
  code: Promise<number | undefined>
}

/** Starts a Node process in its own group; it notices our end by its standard input (node/parent.ts). */
export async function startChild(spec: ChildSpec): Promise<Child> {
  const log = openChildLog(logPath(spec.dataDir, spec.name))
  const child = spawn(process.execPath, spec.args, {
    cwd: spec.cwd,
    env: { NODE_ENV: 'production', ...spec.env, WINDSOCK_PARENT: '1' },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const runDir = join(spec.dataDir, 'run')
  const warn = boundedWarnings(spec.onWarning, log)
  let lastWarning = ''
  const code = new Promise<number | undefined>((done) => {
    child.once('error', () => done(undefined)).once('close', (exitCode) => done(exitCode ?? undefined))
  })
  const exited = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message))
    // What it started and left goes too; it would hold the pipes open, and a port.
    child.once('exit', () => child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'))
    child.once('close', (exitCode, signal) => {
      log.close()
      removeRunFile(runDir, spec.name)
      const reason = lastWarning === '' ? '' : ` (${lastWarning})`
      done(signal === null ? `ended with code ${exitCode}${reason}` : `was ended by ${signal}`)
    })
  })
  for (const name of ['stdout', 'stderr'] as const) {
    const cutter = lineCutter((line) => {
      log.write(line)
      if (name === 'stdout') spec.onLine?.(line)
      const warning = warningIn(line, name)
      if (warning === undefined) return
      lastWarning = warning
      warn(warning)
    })
    child[name].on('data', cutter.push).once('close', cutter.end)
  }
  // The pipe is only there to break: writing to it, or its breaking first, is no error of ours.
  child.stdin.on('error', () => undefined)
  const { pid } = child
  if (pid === undefined) throw new Error(`${spec.name} cannot be started: ${await exited}`)
  writeRunFile(runDir, spec.name, pid)
  return { name: spec.name, pid, exited, code, stop: (patienceMs) => stopChild(pid, exited, patienceMs) }
}

export function logPath(dataDir: string, name: string): string {
  return join(dataDir, 'log', `${name}.log`)
}

async function stopChild(pid: number, exited: Promise<string>, patienceMs: number): Promise<void> {
  const killer = setTimeout(() => signalGroup(pid, 'SIGKILL'), patienceMs)
  signalGroup(pid, 'SIGTERM')
  await exited
  clearTimeout(killer)
}

/** A child that complains without end must not drown the terminal; its log file has it all. */
function boundedWarnings(onWarning: (text: string) => void, log: ChildLog): (text: string) => void {
  let intervalEnds = 0
  let shown = 0
  return (text) => {
    const now = performance.now()
    if (now >= intervalEnds) {
      intervalEnds = now + SHOWN_INTERVAL_MS
      shown = 0
    }
    shown++
    if (shown <= MAX_SHOWN_PER_INTERVAL) onWarning(text)
    else if (shown === MAX_SHOWN_PER_INTERVAL + 1) onWarning(`more such lines are in ${log.path}`)
  }
}
