/**
 * URL.canParse of Node 20 and 22, once it is compiled, takes strings of Latin-1 for UTF-8: it refuses
 * `https://bücher.de/` after some thousand calls, and lets through what `new URL` throws at. So nobody asks it.
 */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}
