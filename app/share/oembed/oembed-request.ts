import { parseUrl } from '../../../node/protocol/url.ts'
import { type EmbedSubject, parseEmbedSubject } from '../embed/embed-subject.ts'
import { parseSpoken } from '../spoken.ts'
import type { SizeLimits } from './embed-size.ts'

export type OEmbedFormat = 'json' | 'xml'

export interface OEmbedRequest extends SizeLimits {
  subject: EmbedSubject
  /** Of the page that is asked about, where its address names one. */
  language?: string
  format: OEmbedFormat
}

/** Why a request cannot be answered, as a status: 400, 404 or 501 (oEmbed 1.0, 2.3.4). */
export type OEmbedRefusal = 400 | 404 | 501

/** `host`: under which this site was asked; pages of other sites are nothing that it knows. */
export function parseOEmbedRequest(query: URLSearchParams, host: string): OEmbedRequest | OEmbedRefusal {
  const format = query.get('format') ?? 'json'
  if (format !== 'json' && format !== 'xml') return 501
  const text = query.get('url')
  const maxWidth = pixels(query.get('maxwidth'))
  const maxHeight = pixels(query.get('maxheight'))
  if (text === null || maxWidth === 'wrong' || maxHeight === 'wrong') return 400
  const url = parseUrl(text)
  if (url === undefined) return 400
  if (url.host !== host || !/^https?:$/.test(url.protocol)) return 404
  const { language, pathname } = parseSpoken(url.pathname)
  const subject = parseEmbedSubject(pathname)
  return subject === undefined ? 404 : { subject, language, format, maxWidth, maxHeight }
}

function pixels(text: string | null): number | undefined | 'wrong' {
  if (text === null || text === '') return undefined
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 'wrong'
}
