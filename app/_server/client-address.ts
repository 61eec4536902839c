import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Who asks, as far as limits tell readers apart. */
export interface Client {
  /** An IPv4 address, or a /64 of IPv6: one household or server has all of its addresses. */
  key: string
  /** On this machine or in a private network: a program of the operator's own, or a proxy that was not declared. */
  isLocal: boolean
}

const LOCAL_RANGES: ReadonlySet<string> = new Set(['loopback', 'private', 'uniqueLocal', 'linkLocal'])
const NOBODY: Client = { key: 'unknown', isLocal: false }

/**
 * `proxyDepth` proxies stand in front of this process, and each appends to X-Forwarded-For whom it was asked by. So the
 * reader is the entry so many from the right: what stands to the left of it anybody may have written.
 */
export function clientOf(request: IncomingMessage, proxyDepth: number): Client {
  if (proxyDepth === 0) return clientAt(request.socket)
  const entries = forwardedFor(request)
  // Fewer entries than proxies: somebody came past one of them, and is who the outermost one that he passed says.
  const entry = entries[Math.max(0, entries.length - proxyDepth)]
  return parseClient(entry ?? '') ?? clientAt(request.socket)
}

/** A connection that stays is asked once whose it is. */
const clients = new WeakMap<object, Client>()

/** Whoever is at the other end, be it a proxy. */
export function clientAt(socket: { remoteAddress?: string | undefined }): Client {
  const known = clients.get(socket)
  if (known !== undefined) return known
  const client = parseClient(socket.remoteAddress ?? '')
  // A socket that was closed in the meantime no longer knows its other end.
  if (client !== undefined) clients.set(socket, client)
  return client ?? NOBODY
}

function forwardedFor(request: IncomingMessage): string[] {
  const header = request.headers['x-forwarded-for'] ?? ''
  const text = Array.isArray(header) ? header.join(',') : header
  return text === '' ? [] : text.split(',')
}

/** Some proxies add the port: 192.0.2.1:4711, [2001:db8::1]:4711. */
function parseClient(entry: string): Client | undefined {
  const text = entry
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  if (isIP(text) === 0) return undefined
  const address = ipaddr.process(text)
  const isLocal = LOCAL_RANGES.has(address.range())
  if (address.kind() === 'ipv4') return { key: address.toString(), isLocal }
  const network = address.toByteArray().slice(0, 8)
  return { key: `${Buffer.from(network).toString('hex')}/64`, isLocal }
}
