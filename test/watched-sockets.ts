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

/** An environment in which every Node process writes down what it contacts, and reaches nothing but this machine. */
export function watchedEnvironment(root: string, file: string): NodeJS.ProcessEnv {
  const preload = pathToFileURL(join(root, 'test/watch-sockets.mjs'))
  preload.searchParams.set('file', file)
  return { ...process.env, NODE_OPTIONS: `--import=${preload.href}` }
}

export function watchedSockets(file: string): { here: WatchedSocket[]; elsewhere: WatchedSocket[] } {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
  const sockets = lines.map((line) => JSON.parse(line) as WatchedSocket)
  return { here: sockets.filter((socket) => socket.isHere), elsewhere: sockets.filter((socket) => !socket.isHere) }
}
