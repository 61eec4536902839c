import { element, xmlDocument } from '../xml.ts'

/** What oEmbed 1.0 says of a post or profile, in its own spelling. */
export interface OEmbed {
  type: 'rich'
  version: '1.0'
  title: string
  author_name: string
  author_url: string
  provider_name: 'Windsock'
  provider_url: string
  /** Seconds. */
  cache_age: number
  html: string
  width: number
  height: number
  thumbnail_url?: string
  thumbnail_width?: number
  thumbnail_height?: number
}

export function oembedXml(oembed: OEmbed): string {
  const fields = Object.entries(oembed).filter(([, value]) => value !== undefined)
  return xmlDocument(
    element(
      'oembed',
      {},
      fields.map(([name, value]) => element(name, {}, [String(value)])),
    ),
  )
}
