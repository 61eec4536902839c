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

function pathIn(dataDir: string): string {
  return join(dataDir, 'instance.json')
}
