const OWN_ADDRESS = /(<[a-z][^>]*? (?:href|src)=")(\/[^"]*)"/g

/**
 * Gives every link and picture of this site the address that works elsewhere. Safe on text: React escapes `<` and `"`
 * in every text and attribute.
 */
export function withAbsoluteAddresses(html: string, origin: string): string {
  return html.replace(OWN_ADDRESS, (_whole, before: string, path: string) => `${before}${origin}${path}"`)
}
