import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, gzip, constants as zlib } from 'node:zlib'
import { MIN_CODED_BYTES } from './limits.ts'
import type { Coding } from './negotiate.ts'

/** A response ready to be sent to any number of readers. */
export interface Finished {
  status: number
  headers: Readonly<Record<string, string>>
  body: Buffer
  /** Of the body as it is; a strong validator names exact bytes, so each coding has its own (etagOf). */
  digest: string
  isCompressible: boolean
  /** What was asked for so far: a reader who takes no coding costs none. */
  coded: Map<Coding, Buffer | Promise<Buffer>>
}

const COMPRESSIBLE = /^(text\/|application\/(json|xml|[a-z]+\+(json|xml))|image\/svg)/

export function finish(status: number, headers: Readonly<Record<string, string>>, body: Buffer): Finished {
  return {
    status,
    headers: { ...SECURITY_HEADERS, ...headers },
    body,
    digest: createHash('sha256').update(body).digest('base64url').slice(0, 27),
    isCompressible: body.length >= MIN_CODED_BYTES && COMPRESSIBLE.test(headers['content-type'] ?? ''),
    coded: new Map(),
  }
}

/** With room for each coding, of which none is longer than the body by more than a few bytes. */
export function sizeOf({ body, isCompressible }: Finished): number {
  return body.length * (isCompressible ? 3 : 1) + 1024
}

export function etagOf({ digest }: Finished, coding: Coding | undefined): string {
  return coding === undefined ? `"${digest}"` : `"${digest}-${coding}"`
}

/** The body in a coding: made once, however many ask for it at the same time, and from then on there at once. */
export function codedBody(finished: Finished, coding: Coding): Buffer | Promise<Buffer> {
  const known = finished.coded.get(coding)
  if (known !== undefined) return known
  const made = ENCODERS[coding](finished.body).then((body) => {
    finished.coded.set(coding, body)
    return body
  })
  finished.coded.set(coding, made)
  return made
}

const GZIP_LEVEL = 6
const BROTLI_QUALITY = 5

const ENCODERS: Readonly<Record<Coding, (body: Buffer) => Promise<Buffer>>> = {
  gzip: (body) => promisify(gzip)(body, { level: GZIP_LEVEL }),
  br: (body) =>
    promisify(brotliCompress)(body, {
      params: {
        [zlib.BROTLI_PARAM_MODE]: zlib.BROTLI_MODE_TEXT,
        [zlib.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [zlib.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
}

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** Of a page: files of this site may run, and ask this site. */
export const PAGE_POLICY = `${POLICY}; script-src 'self'; connect-src 'self'`

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), interest-cohort=()',
}
