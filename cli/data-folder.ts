import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { claimOwnerFileSoon } from '../db/embedded-owner.ts'
import { ConfigError } from './config-error.ts'

export type DataKind = 'main' | 'regtest' | 'demo'

/** The folder is this process's alone until it releases it or ends. */
export interface DataFolder {
  path: string
  release(): void
}

/** Makes the folder, or refuses one that cannot be written, belongs to another network or is in use. */
export async function openDataFolder(path: string, kind: DataKind): Promise<DataFolder> {
  refuseOtherNetwork(path, kind)
  try {
    makeFolder(path)
    accessSync(path, constants.W_OK | constants.X_OK)
    const probe = join(path, `.probe-${randomBytes(4).toString('hex')}`)
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    throw new ConfigError(`the data folder ${path} cannot be written (${codeOf(error)}); choose another with --data`)
  }
  const claim = await claimOwnerFileSoon(join(path, 'launcher.json'))
  if (claim.kind === 'held')
    throw new ConfigError(`the data folder ${path} is in use by another windsock, process ${claim.pid}`)
  const marker = join(path, 'network')
  if (!existsSync(marker)) writeFileSync(marker, `${kind}\n`)
  return { path, release: claim.release }
}

/** The password of the read-only database role, made once per data folder. */
export function readOnlyPassword(dataDir: string): string {
  const path = join(dataDir, 'read-password')
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  const password = randomBytes(24).toString('base64url')
  writeFileSync(path, `${password}\n`, { mode: 0o600, flush: true })
  return password
}

/** One by one: mkdir's own recursion never ends where nothing can be made (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

function refuseOtherNetwork(path: string, kind: DataKind): void {
  let found: string
  try {
    found = readFileSync(join(path, 'network'), 'utf8').trim()
  } catch {
    return
  }
  if (found !== kind)
    throw new ConfigError(
      `the data folder ${path} belongs to ${named(found)}, not to ${named(kind)}; choose another with --data`,
    )
}

function named(kind: string): string {
  return kind === 'demo' ? 'a demo' : `the network "${kind}"`
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
