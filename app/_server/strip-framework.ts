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

interface Scripts {
  /** Of browser-code.ts. */
  modulePaths: ReadonlyMap<string, string>
  /** What the scripts say, in the language of the page. */
  wordsPath: string
}

/** Puts the module of every page into its head, and the one that it names beside it. Without them it is read as well. */
export function putScripts(html: string, { modulePaths, wordsPath }: Scripts): string {
  const pathOf = (name: string) => {
    const path = modulePaths.get(name)
    if (path === undefined) throw new Error(`a page names a module that is not there: ${name}`)
    return path
  }
  return html
    .replace(
      '</head>',
      `<script type="module" src="${pathOf('every-page')}" data-words="${wordsPath}"></script></head>`,
    )
    .replace(
      /<meta name="windsock-module" content="([a-z-]+)"\/?>/,
      (_, name: string) => `<script type="module" src="${pathOf(name)}"></script>`,
    )
}

/** A page tells the front its status in a meta element; the front takes it out again. */
export function takeStatus(html: string): { html: string; status?: number } {
  const found = /<meta name="windsock-status" content="(\d{3})"\/?>/.exec(html)
  if (found === null) return { html }
  return { html: html.replace(found[0], ''), status: Number(found[1]) }
}
