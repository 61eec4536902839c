import { readdirSync, readFileSync } from 'node:fs'

/** Of other processes, from /proc: CPU seconds so far, and the most memory they ever held. */
export interface ProcessUsage {
  cpu_s: number
  peak_rss_mb: number
}

const TICKS_PER_S = 100

/** A process without its children. */
export function usageOf(pid: number): ProcessUsage {
  const fields = statOf(pid)
  return { cpu_s: (count(fields, 11) + count(fields, 12)) / TICKS_PER_S, peak_rss_mb: memoryMb(pid, 'VmHWM') }
}

/** A process and its children, those that have ended included: a database server. Shared memory counts once. */
export function familyUsage(pid: number): ProcessUsage {
  const own = statOf(pid)
  let cpu = [11, 12, 13, 14].reduce((sum, at) => sum + count(own, at), 0)
  let anonymous = 0
  for (const name of readdirSync('/proc')) {
    const child = Number(name)
    if (!Number.isInteger(child)) continue
    try {
      const fields = statOf(child)
      if (count(fields, 1) !== pid) continue
      cpu += count(fields, 11) + count(fields, 12)
      anonymous += memoryMb(child, 'RssAnon')
    } catch {
      // It ended while it was read.
    }
  }
  return { cpu_s: cpu / TICKS_PER_S, peak_rss_mb: anonymous + memoryMb(pid, 'VmHWM') }
}

/** The fields after the name, which may hold anything: state, parent, … */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function count(fields: readonly string[], at: number): number {
  return Number(fields[at] ?? 0)
}

function memoryMb(pid: number, line: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${line}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
}
