/** PostgreSQL's text cannot hold U+0000. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD')
}
