import { once } from 'node:events'
import { createServer } from 'node:net'

/** Swarm and DHT are this far above the chain (twister.h:9). */
export const SWARM_PORT_OFFSET = 1000

// Below the ports that systems hand out by themselves.
const FIRST_PORT = 21_000
const LAST_PORT = 31_000
const STEP = 7

/** Every peer has its own address, in a network of its own: the DHT wants neighbours that are far apart. */
export function hostOfPeer(index: number): string {
  return `127.${index + 1}.0.1`
}

/** A port that is free, with its swarm port, at the addresses of all peers. */
export async function freeBasePort(peers: number): Promise<number> {
  for (let port = FIRST_PORT; port < LAST_PORT; port += STEP) {
    if (await isFreeEverywhere(port, peers)) return port
  }
  throw new Error(`no free port between ${FIRST_PORT} and ${LAST_PORT}`)
}

async function isFreeEverywhere(port: number, peers: number): Promise<boolean> {
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
