/**
 * A finished page needs nothing of the framework that made it: scripts, preloads and the inline copy of its data go.
 * Safe on text: React escapes `<` in every text and attribute, so a tag found here was never a user's.
 */
export function stripFramework(html: string, stylesheetPath: string): string {
  return html
    .replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, '')
    .replace(/<link\b[^>]*\brel="(?:preload|modulepreload|expect)"[^>]*>/g, '')
    .replace(/<meta name="next-size-adjust"[^>]*>/g, '')
    .replace(/<div hidden="">(?:<!--[^>]*-->)*<\/div>/g, '')
    .replace(/<!--(?!\[)[\s\S]*?-->/g, '')
    .replace('href="/site.css"', `href="${stylesheetPath}"`)
}

/** A page names the module that does more of it where there is JavaScript. `paths`: where each module is. */
export function takeModule(html: string, paths: ReadonlyMap<string, string>): { html: string; hasModule: boolean } {
  const found = /<meta name="windsock-module" content="([a-z-]+)"\/?>/.exec(html)
  if (found === null) return { html, hasModule: false }
  const path = paths.get(found[1] ?? '')
  if (path === undefined) throw new Error(`a page names a module that is not there: ${found[1]}`)
  return { html: html.replace(found[0], `<script type="module" src="${path}"></script>`), hasModule: true }
}

/** A page tells the front its status in a meta element; the front takes it out again. */
export function takeStatus(html: string): { html: string; status?: number } {
  const found = /<meta name="windsock-status" content="(\d{3})"\/?>/.exec(html)
  if (found === null) return { html }
  return { html: html.replace(found[0], ''), status: Number(found[1]) }
}
