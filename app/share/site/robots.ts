/** "The instructions must be accessible … without authentication, as text/plain" (RFC 9309). */
export function robotsText(origin: string): string {
  // Searches have no end and nothing that is not elsewhere; calls are for programs that know of limits.
  const closed = ['/api/', '/search?', '/open?', '/rpc']
  const lines = ['User-agent: *', ...closed.map((path) => `Disallow: ${path}`), 'Allow: /']
  return `${lines.join('\n')}\n\nSitemap: ${origin}/sitemap.xml\n`
}
