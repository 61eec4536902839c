import { parseUrl } from '../../node/protocol/url.ts'

const MAX_CONTACT_LENGTH = 254
const EMAIL = /^[^\s@<>"'(),:;\\[\]&?#%/]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i

/** Where the operator is reached, as a link: of an e-mail address or a web address; nothing for anything else. */
export function parseContact(text: string): string | undefined {
  if (text.length > MAX_CONTACT_LENGTH) return undefined
  if (EMAIL.test(text)) return `mailto:${text}`
  const url = parseUrl(text)
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' ? url.href : undefined
}
