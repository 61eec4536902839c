import type { IncomingMessage } from 'node:http'

/** What a page may build absolute addresses from; a name that is none is not repeated to anybody. */
export function originOf(request: IncomingMessage): string {
  const host = request.headers.host ?? ''
  return `http://${/^[A-Za-z0-9.:[\]-]{1,255}$/.test(host) ? host.toLowerCase() : 'localhost'}`
}
