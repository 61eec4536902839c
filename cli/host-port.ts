import { isIP } from 'node:net'

export interface HostPort {
  host: string
  port: number
}

/** "1.2.3.4:5", "[::1]:5" or "localhost:5"; a name is not an address, since with --connect none is looked up. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text.trim())
  if (match === null) return undefined
  const host = parseHost(match[1] ?? match[2] ?? '')
  const port = parsePort(match[3] ?? '')
  if (host === undefined || port === undefined) return undefined
  const isBracketed = match[1] !== undefined
  return isBracketed === (isIP(host) === 6) ? { host, port } : undefined
}

export function parseHost(text: string): string | undefined {
  if (text === 'localhost') return '127.0.0.1'
  return isIP(text) === 0 ? undefined : text
}

export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? port : undefined
}

export function formatHostPort({ host, port }: HostPort): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`
}

export function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** An address to which a program on this machine can connect when the server listens on `bind`. */
export function reachableHost(bind: string): string {
  if (bind === '0.0.0.0') return '127.0.0.1'
  return bind === '::' ? '::1' : bind
}
