import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { identityOf, isRunning, type ProcessIdentity, parseProcessIdentity } from './embedded-process.ts'

const DYING_MS = 1_000
const DYING_POLL_MS = 50

export type OwnerClaim = { kind: 'owned'; release(): void } | { kind: 'held'; pid: number }

/** Claims a folder for this process by a file that dies with it: the claim of a process that is gone is taken over. */
export function claimOwnerFile(path: string): OwnerClaim {
  const own = identityOf(process.pid)
  if (own === undefined) throw new Error('this process cannot see itself in the process table')
  const draft = `${path}.${randomUUID()}`
  writeFileSync(draft, JSON.stringify(own))
  try {
    for (;;) {
      // link() is atomic and, unlike rename(), refuses to replace another's claim.
      if (linked(draft, path)) return { kind: 'owned', release: () => releaseOwnerFile(path, own) }
      const holder = readOwnerFile(path)
      if (holder !== undefined && isRunning(holder)) return { kind: 'held', pid: holder.pid }
      const taken = takeAway(path)
      if (taken !== undefined && isRunning(taken)) return { kind: 'held', pid: taken.pid }
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

/** The same, but a holder that is just being killed gets a moment to be gone. */
export async function claimOwnerFileSoon(path: string): Promise<OwnerClaim> {
  const deadline = performance.now() + DYING_MS
  for (;;) {
    const claim = claimOwnerFile(path)
    if (claim.kind === 'owned' || performance.now() >= deadline) return claim
    await delay(DYING_POLL_MS)
  }
}

/** Whoever stands in the file, alive or not. */
export function readOwnerFile(path: string): ProcessIdentity | undefined {
  try {
    return parseProcessIdentity(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function releaseOwnerFile(path: string, own: ProcessIdentity): void {
  const holder = readOwnerFile(path)
  if (holder?.pid === own.pid && holder.startedAt === own.startedAt) rmSync(path, { force: true })
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Removes a dead claim; when another process claimed in between, its file is put back and it is returned. */
function takeAway(path: string): ProcessIdentity | undefined {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
  const taken = readOwnerFile(aside)
  if (taken !== undefined && isRunning(taken)) linked(aside, path)
  rmSync(aside, { force: true })
  return taken
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
