import type { IncomingMessage } from 'node:http'
import { parseUrl } from '../../node/protocol/url.ts'

const HOST = /^[A-Za-z0-9.:[\]-]{1,255}$/
const ONION = /^http:\/\/[a-z2-7]{56}\.onion$/

/** How this site is asked. */
export interface Asked {
  /** How many proxies stand in front of this process (client-address.ts). */
  proxyDepth: number
  /** What its absolute addresses may begin with, the first one preferred; empty: whatever a reader asks by. */
  origins?: readonly string[]
}

/**
 * What absolute addresses begin with: one of this site's own, if they are set, as near as it may be to what the reader
 * asked by. Else as the reader asked: behind proxies that were declared the nearest of them says how it was asked itself;
 * without, nobody's word is taken but the Host. A name that is none is not repeated to anybody.
 */
export function originOf(request: IncomingMessage, { proxyDepth, origins = [] }: Asked): string {
  const asked = askedOrigin(request, proxyDepth)
  const [preferred] = origins
  if (preferred === undefined || origins.includes(asked)) return asked
  // A proxy that was not declared ends TLS: the name is right, the scheme is not.
  return origins.find((own) => hostOf(own) === hostOf(asked)) ?? preferred
}

function askedOrigin({ headers }: IncomingMessage, proxyDepth: number): string {
  const given = proxyDepth === 0 ? undefined : lastOf(headers['x-forwarded-host'])
  const isSecure = proxyDepth > 0 && lastOf(headers['x-forwarded-proto'])?.toLowerCase() === 'https'
  const scheme = isSecure ? 'https' : 'http'
  return withHost(scheme, given) ?? withHost(scheme, headers.host) ?? `${scheme}://localhost`
}

/** Undefined for what is no host: "a:b:c" and "1.2.3.4.5" look like one. */
function withHost(scheme: string, host: string | undefined): string | undefined {
  return host === undefined || !HOST.test(host) ? undefined : parseUrl(`${scheme}://${host}`)?.origin
}

function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('//') + 2)
}

/** What the nearest proxy appended. */
function lastOf(header: string | string[] | undefined): string | undefined {
  return header?.toString().split(',').at(-1)?.trim()
}

const MAX_ORIGINS = 10

/** "https://a.example, http://b.example:8080", each as it begins an address; nothing if one of them is none. */
export function parseOrigins(text: string): string[] | undefined {
  const origins = text.split(',').map((part) => parseOrigin(part.trim()))
  const own = origins.filter((origin) => origin !== undefined)
  return own.length === origins.length && own.length <= MAX_ORIGINS ? own : undefined
}

function parseOrigin(text: string): string | undefined {
  const url = /^https?:\/\/[^/?#@\\]+\/?$/i.test(text) ? parseUrl(text) : undefined
  return url !== undefined && HOST.test(url.host) ? url.origin : undefined
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
