import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a running launcher leaves in its data folder for `windsock status`. */
export interface Instance {
  command: string
  network: string
  address: string
  startedAt: string
}

export function writeInstance(dataDir: string, instance: Instance): void {
  writeFileSync(pathIn(dataDir), `${JSON.stringify(instance)}\n`)
}

export function readInstance(dataDir: string): Instance | undefined {
  try {
    return JSON.parse(readFileSync(pathIn(dataDir), 'utf8')) as Instance
  } catch {
    return undefined
  }
}

export function removeInstance(dataDir: string): void {
  rmSync(pathIn(dataDir), { force: true })
}

/** Where a running system's queue and index are, for the commands that talk to its node. Holds passwords. */
export interface Connection {
  databaseUrl: string
  redisUrl: string | undefined
}

export function writeConnection(dataDir: string, connection: Connection): void {
  writeFileSync(connectionPath(dataDir), `${JSON.stringify(connection)}\n`, { mode: 0o600 })
}

export function readConnection(dataDir: string): Connection | undefined {
  try {
    return JSON.parse(readFileSync(connectionPath(dataDir), 'utf8')) as Connection
  } catch {
    return undefined
  }
}

export function removeConnection(dataDir: string): void {
  rmSync(connectionPath(dataDir), { force: true })
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'instance.json')
}

function connectionPath(dataDir: string): string {
  return join(dataDir, 'connection.json')
}
