import type { IncomingMessage } from 'node:http'
import { parseUrl } from '../../node/protocol/url.ts'

const HOST = /^[A-Za-z0-9.:[\]-]{1,255}$/
const ONION = /^http:\/\/[a-z2-7]{56}\.onion$/

/**
 * What absolute addresses begin with: as the reader asked. Behind proxies that were declared the nearest of them says how
 * it was asked itself; without, nobody's word is taken but the Host. A name that is none is not repeated to anybody.
 */
export function originOf({ headers }: IncomingMessage, proxyDepth: number): string {
  const given = proxyDepth === 0 ? undefined : lastOf(headers['x-forwarded-host'])
  const isSecure = proxyDepth > 0 && lastOf(headers['x-forwarded-proto'])?.toLowerCase() === 'https'
  const scheme = isSecure ? 'https' : 'http'
  return withHost(scheme, given) ?? withHost(scheme, headers.host) ?? `${scheme}://localhost`
}

/** Undefined for what is no host: "a:b:c" and "1.2.3.4.5" look like one. */
function withHost(scheme: string, host: string | undefined): string | undefined {
  return host === undefined || !HOST.test(host) ? undefined : parseUrl(`${scheme}://${host}`)?.origin
}

/** What the nearest proxy appended. */
function lastOf(header: string | string[] | undefined): string | undefined {
  return header?.toString().split(',').at(-1)?.trim()
}

/** The address of this site as an onion service; nothing for anything else. */
export function parseOnion(text: string): string | undefined {
  const origin = text.toLowerCase().replace(/\/$/, '')
  return ONION.test(origin) ? origin : undefined
}

/** Where a reader with Tor Browser finds the same page; nothing for one who is there. `path`: with its query. */
export function onionLocation(onion: string | undefined, origin: string, path: string): Record<string, string> {
  return onion === undefined || origin === onion ? {} : { 'onion-location': onion + path }
}
