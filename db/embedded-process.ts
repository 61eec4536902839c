import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Names one process for good: a pid alone is given again to another one later. */
export interface ProcessIdentity {
  pid: number
  startedAt: string
}

/** The identity of a running process; undefined when there is none (a zombie counts as none). */
export function identityOf(pid: number): ProcessIdentity | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  const startedAt = process.platform === 'linux' ? startedAtInProc(pid) : startedAtByPs(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.startedAt === identity.startedAt
}

export function parseProcessIdentity(text: string): ProcessIdentity | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { pid, startedAt } = value as Record<string, unknown>
  if (typeof pid !== 'number' || typeof startedAt !== 'string') return undefined
  return { pid, startedAt }
}

function startedAtInProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The command name stands in brackets and may hold spaces and brackets: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state] = fields
    if (state === 'Z' || state === 'X') return undefined
    const ticksSinceBoot = fields[19]
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    return `${boot}/${ticksSinceBoot}`
  } catch {
    return undefined
  }
}

function startedAtByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    if (line === '' || line.startsWith('Z')) return undefined
    return line.replace(/^\S+\s+/, '')
  } catch {
    return undefined
  }
}
