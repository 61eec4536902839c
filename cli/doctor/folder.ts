import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pairProblem, tcpProblem } from '../free-ports.ts'
import type { LaunchConfig } from '../launch-config.ts'
import { bad, type Finding, good, note, reasonOf } from './finding.ts'
import { DISK_BAD_BYTES, DISK_NOTE_BYTES } from './limits.ts'

const AREA = 'configuration'
const SECRET_FILES = ['connection.json', 'read-password', 'postgres/password'] as const

/** The data folder: whose it is, whether it can be written, and how much fits in. */
export function checkFolder(config: LaunchConfig): Finding[] {
  const { dataDir, network } = config
  const existing = nearest(dataDir)
  try {
    if (!statSync(existing).isDirectory()) {
      return [bad(AREA, `${existing} is no folder: choose another data folder with --data`)]
    }
    accessSync(existing, constants.W_OK | constants.X_OK)
  } catch (error) {
    return [bad(AREA, `the data folder ${dataDir} cannot be written (${reasonOf(error)}): choose another with --data`)]
  }
  const marker = markerOf(dataDir)
  const findings: Finding[] =
    marker === undefined || marker === network || marker === 'demo'
      ? [good(AREA, `the data folder ${dataDir} can be written`)]
      : [bad(AREA, `the data folder ${dataDir} belongs to the network "${marker}": choose another with --data`)]
  return [...findings, ...checkSpace(existing), ...checkSecrets(dataDir)]
}

export function checkSpace(path: string): Finding[] {
  const { bavail, bsize, ffree, files } = statfsSync(path)
  const free = bavail * bsize
  const words = `${(free / 1e9).toFixed(1)} GB are free in ${path}`
  if (free < DISK_BAD_BYTES) return [bad(AREA, `only ${words}: make room, or PostgreSQL and the node will stop`)]
  if (files > 0 && ffree === 0) return [bad(AREA, `the file system of ${path} can hold no more files: make room`)]
  if (free < DISK_NOTE_BYTES) return [note(AREA, `only ${words}: make room before it is used up`)]
  return [good(AREA, words)]
}

/** Can the ports be listened on? Only asked while nothing of ours does. */
export async function checkPorts({ bind, port, p2pBind, p2pPort }: LaunchConfig): Promise<Finding[]> {
  const site = await tcpProblem(bind, port)
  const pair = p2pPort === undefined ? undefined : await pairProblem(p2pBind, p2pPort)
  return [
    site === undefined
      ? good(AREA, `the site's port ${port} is free`)
      : bad(AREA, `the site cannot listen on ${bind}, port ${port} (${site}): choose another with --port`),
    pair === undefined
      ? good(AREA, `the node's ports are free`)
      : bad(AREA, `the node cannot listen on ${p2pBind}, ${pair}: choose another port with --p2p-port`),
  ]
}

function checkSecrets(dataDir: string): Finding[] {
  return SECRET_FILES.map((name) => join(dataDir, name)).flatMap((path) => {
    if (!existsSync(path) || (statSync(path).mode & 0o077) === 0) return []
    return [bad(AREA, `others may read ${path}, which holds a password: chmod 600 ${path}`)]
  })
}

function markerOf(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, 'network'), 'utf8').trim()
  } catch {
    return undefined
  }
}

/** The folder itself, or the one in which it would be made. */
function nearest(path: string): string {
  let here = path
  while (!existsSync(here) && dirname(here) !== here) here = dirname(here)
  return here
}
