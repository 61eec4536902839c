import { z } from 'zod'

/** The one reader of the site's environment. */
export interface SiteConfig {
  bind: string
  port: number
  databaseUrl: string
  clockStart?: number
  logLevel: string
}

const environment = z.object({
  WINDSOCK_BIND: z.string().min(1).default('127.0.0.1'),
  WINDSOCK_PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  WINDSOCK_DATABASE_URL_READ: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address'),
  WINDSOCK_CLOCK: z.coerce.number().positive().optional(),
  WINDSOCK_LOG: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
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
  }
}

export function readSiteConfig(): SiteConfig | { problem: string } {
  return parseSiteConfig(process.env)
}
