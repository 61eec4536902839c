import { z } from 'zod'
import { parseContact } from './contact.ts'
import { parseOnion, parseOrigins } from './origin.ts'

/** The one reader of the site's environment. */
export interface SiteConfig {
  bind: string
  port: number
  databaseUrl: string
  clockStart?: number
  logLevel: string
  /** Reverse proxies in front, each of which appends to X-Forwarded-For. */
  proxyDepth: number
  /** Of one reader; undefined: as limits.ts has it, 0: no limit. */
  requestsPerMinute?: number
  /** Whether /rpc answers. */
  hasRpc: boolean
  /** Where readers reach the operator, as a link. */
  contact?: string
  /** The address of this site as an onion service. */
  onion?: string
  /** What its addresses may begin with, the onion service among them; empty: whatever readers ask by. */
  origins: readonly string[]
}

const MAX_PROXY_DEPTH = 10
const MAX_REQUESTS_PER_MINUTE = 1_000_000

const environment = z.object({
  WINDSOCK_BIND: z.string().min(1).default('127.0.0.1'),
  WINDSOCK_PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  WINDSOCK_DATABASE_URL_READ: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address'),
  WINDSOCK_CLOCK: z.coerce.number().positive().optional(),
  WINDSOCK_LOG: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  WINDSOCK_PROXY_DEPTH: z.coerce.number().int().min(0).max(MAX_PROXY_DEPTH).default(0),
  WINDSOCK_REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).max(MAX_REQUESTS_PER_MINUTE).optional(),
  WINDSOCK_RPC: z.enum(['on', 'off']).default('off'),
  WINDSOCK_CONTACT: z
    .string()
    .refine((text) => parseContact(text) !== undefined, 'must be an e-mail address or a web address')
    .transform(parseContact)
    .optional(),
  WINDSOCK_ONION: z
    .string()
    .refine((text) => parseOnion(text) !== undefined, 'must be http:// and the name of an onion service')
    .transform(parseOnion)
    .optional(),
  WINDSOCK_ORIGIN: z
    .string()
    .refine(
      (text) => parseOrigins(text) !== undefined,
      'must be https:// or http:// and a host, or several with commas',
    )
    .transform(parseOrigins)
    .optional(),
})

/** The configuration, or one sentence that says what is wrong with it. */
export function parseSiteConfig(env: Readonly<Record<string, string | undefined>>): SiteConfig | { problem: string } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const name = issue?.path.join('.') ?? 'environment'
    const isMissing = given[name] === undefined
    return { problem: isMissing ? `${name} is not set.` : `${name} is wrong: ${issue?.message ?? 'not understood'}.` }
  }
  return {
    bind: parsed.data.WINDSOCK_BIND,
    port: parsed.data.WINDSOCK_PORT,
    databaseUrl: parsed.data.WINDSOCK_DATABASE_URL_READ,
    clockStart: parsed.data.WINDSOCK_CLOCK,
    logLevel: parsed.data.WINDSOCK_LOG,
    proxyDepth: parsed.data.WINDSOCK_PROXY_DEPTH,
    requestsPerMinute: parsed.data.WINDSOCK_REQUESTS_PER_MINUTE,
    hasRpc: parsed.data.WINDSOCK_RPC === 'on',
    contact: parsed.data.WINDSOCK_CONTACT,
    onion: parsed.data.WINDSOCK_ONION,
    origins: ownOrigins(parsed.data.WINDSOCK_ORIGIN, parsed.data.WINDSOCK_ONION),
  }
}

function ownOrigins(origins: readonly string[] | undefined, onion: string | undefined): readonly string[] {
  if (origins === undefined) return []
  return onion === undefined ? origins : [...origins, onion]
}

export function readSiteConfig(): SiteConfig | { problem: string } {
  return parseSiteConfig(process.env)
}
