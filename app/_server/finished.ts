import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { MIN_GZIP_BYTES } from './limits.ts'

/** A response ready to be sent to any number of readers. */
export interface Finished {
  status: number
  headers: Readonly<Record<string, string>>
  body: Buffer
  gzipped?: Buffer
  etag: string
}

const compress = promisify(gzip)

const COMPRESSIBLE = /^(text\/|application\/(json|problem\+json|xml)|image\/svg)/

export async function finish(status: number, headers: Record<string, string>, body: Buffer): Promise<Finished> {
  const digest = createHash('sha256').update(String(status)).update('\0').update(body).digest('base64url').slice(0, 27)
  const isWorthIt = body.length >= MIN_GZIP_BYTES && COMPRESSIBLE.test(headers['content-type'] ?? '')
  const gzipped = isWorthIt ? await compress(body, { level: 6 }) : undefined
  return { status, headers: { ...SECURITY_HEADERS, ...headers }, body, gzipped, etag: digest }
}

export function sizeOf(finished: Finished): number {
  return finished.body.length + (finished.gzipped?.length ?? 0) + 1024
}

/** A strong validator names exact bytes, so each coding has its own. */
export function etagOf(finished: Finished, isGzipped: boolean): string {
  return isGzipped ? `"${finished.etag}-gz"` : `"${finished.etag}"`
}

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** Of a page with a module: files of this site may run, and ask this site. */
export const MODULE_POLICY = `${POLICY}; script-src 'self'; connect-src 'self'`

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), interest-cohort=()',
}
