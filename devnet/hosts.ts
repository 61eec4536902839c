import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** Swarm and DHT are this far above the chain (twister.h:9). */
export const SWARM_PORT_OFFSET = 1000

// Below the ports that systems hand out by themselves.
const FIRST_PORT = 21_000
const LAST_PORT = 31_000
const ATTEMPTS = 200

/** Every peer has its own address, in a network of its own: the DHT wants neighbours that are far apart. */
export function hostOfPeer(index: number): string {
  return `127.${index + 1}.0.1`
}

/** The port of the network in this folder: the one it had before, so that those who knew it find it again. */
export async function basePortIn(dataDir: string, peers: number): Promise<number> {
  const file = join(dataDir, 'port')
  const before = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined
  if (before !== undefined && (await isFreeEverywhere(before, peers))) return before
  const port = await freeBasePort(peers)
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(file, String(port))
  return port
}

/**
 * A port that is free, with its swarm port, at the addresses of all peers. Any of many: on the port of a network that
 * has just ended, its contacts would still call, and two networks would become one.
 */
export async function freeBasePort(peers: number): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT))
    if (await isFreeEverywhere(port, peers)) return port
  }
  throw new Error(`no free port was found between ${FIRST_PORT} and ${LAST_PORT}`)
}

async function isFreeEverywhere(port: number, peers: number): Promise<boolean> {
  if (!(port >= FIRST_PORT && port < LAST_PORT)) return false
  for (let index = 0; index < peers; index++) {
    for (const candidate of [port, port + SWARM_PORT_OFFSET]) {
      if (!(await isFree(hostOfPeer(index), candidate))) return false
    }
  }
  return true
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}
