import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export interface WatchedSocket {
  kind: 'connect' | 'send' | 'dns'
  host: string
  isHere: boolean
  pid: number
  argv: string[]
}

/**
 * An environment in which every Node process writes down what it contacts, and reaches nothing but this machine.
 * `folder` is the TMPDIR of those watched.
 */
export function watchedEnvironment(folder: string, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const preload = pathToFileURL(join(import.meta.dirname, 'watch-sockets.mjs')).href
  return { ...env, NODE_OPTIONS: `--import=${preload}`, TMPDIR: folder }
}

export function watchedSockets(folder: string): { here: WatchedSocket[]; elsewhere: WatchedSocket[] } {
  const file = join(folder, 'sockets')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
  const sockets = lines.map((line) => JSON.parse(line) as WatchedSocket)
  return { here: sockets.filter((socket) => socket.isHere), elsewhere: sockets.filter((socket) => !socket.isHere) }
}
