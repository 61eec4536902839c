import { parseUrl } from '../../node/protocol/url.ts'

/** The last gate before an address leaves a page, whatever the layers before it let through. */
export function isSafeHref(href: string): boolean {
  return /^(https?:\/\/[^\s\p{Cc}]+|mailto:[^\s\p{Cc}]+)$/iu.test(href)
}

/** "link prefixed http:// if it has no ://; the reader must vet the scheme" (dht-swarm-posts.md 7.1). */
export function webAddress(url: string): string | undefined {
  const trimmed = url.trim()
  const full = trimmed.includes('://') ? trimmed : `http://${trimmed}`
  const parsed = isSafeHref(full) ? parseUrl(full) : undefined
  if (parsed === undefined) return undefined
  const isWeb = parsed.protocol === 'http:' || parsed.protocol === 'https:'
  return isWeb && parsed.username === '' && parsed.password === '' ? full : undefined
}
