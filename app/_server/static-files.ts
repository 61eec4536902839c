import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { SiteFiles } from '../_lib/site.ts'
import { LANGUAGES, type Language } from '../_words/languages.ts'
import { drawIcons } from '../share/site/icons.ts'
import { bundleBrowserCode } from './browser-code.ts'
import { browserWords } from './browser-words.ts'
import { type Finished, finish } from './finished.ts'

export interface StaticFiles extends SiteFiles {
  /** Of the pages that other sites show in a frame. */
  embedStylesheetPath: string
  get(pathname: string): Finished | undefined
}

const FOREVER = 'public, max-age=31536000, immutable'
const ONE_DAY = 'public, max-age=86400'

/** A pole and a sock of three bands. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><style>path{fill:#0a6792}@media(prefers-color-scheme:dark){path{fill:#76c5ea}}</style><path d="M3 2h2v20H3z"/><path d="M7 4l6 1.5v7L7 14z"/><path opacity=".55" d="M13.500 5.600l4.500 1.100v4.600l-4.500 1.100z"/><path d="M18.500 6.800l3.500.900v2.600l-3.500.900z"/></svg>'

/** One sheet for every page; what depends on the width of the window comes last. */
const SHEETS = [
  'base',
  'post',
  'thread',
  'table',
  'api',
  'form',
  'prose',
  'record',
  'profile',
  'look',
  'frame',
  'browser',
  'widths',
] as const

export async function loadStaticFiles(): Promise<StaticFiles> {
  const sheets = SHEETS.map((name) => readFile(new URL(`../_ui/css/${name}.css`, import.meta.url), 'utf8'))
  const css = minify((await Promise.all(sheets)).join(''))
  const stylesheetPath = `/site-${digestOf(css)}.css`
  const stylesheet = { 'content-type': 'text/css; charset=utf-8', 'cache-control': FOREVER }
  const icon = { 'content-type': 'image/svg+xml', 'cache-control': ONE_DAY, 'content-security-policy': ICON_POLICY }
  const embedCss = minify(await readFile(new URL('../share/embed/embed.css', import.meta.url), 'utf8'))
  const embedStylesheetPath = `/embed-${digestOf(embedCss)}.css`
  const files = new Map<string, Finished>([
    [stylesheetPath, finish(200, stylesheet, Buffer.from(css))],
    ['/icon.svg', finish(200, icon, Buffer.from(ICON))],
    ['/favicon.ico', finish(200, icon, Buffer.from(ICON))],
    [embedStylesheetPath, finish(200, { ...stylesheet, ...FOR_FRAMES }, Buffer.from(embedCss))],
  ])
  for (const [path, png] of await drawIcons()) {
    files.set(path, finish(200, { 'content-type': 'image/png', 'cache-control': ONE_DAY, ...FOR_FRAMES }, png))
  }
  const { files: code, modulePaths } = await bundleBrowserCode()
  const script = { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': FOREVER }
  for (const [path, content] of code) files.set(path, finish(200, script, Buffer.from(content)))
  const wordsPaths = {} as Record<Language, string>
  for (const language of LANGUAGES) {
    const json = browserWords(language)
    const path = `/words-${language}-${digestOf(json)}.json`
    const headers = { 'content-type': 'application/json', 'cache-control': FOREVER }
    files.set(path, finish(200, headers, Buffer.from(json)))
    wordsPaths[language] = path
  }
  return {
    stylesheetPath,
    embedStylesheetPath,
    modulePath: (name) => pathOf(modulePaths, name),
    wordsPath: (language) => wordsPaths[language],
    get: (pathname) => files.get(pathname),
  }
}

function pathOf(modulePaths: ReadonlyMap<string, string>, name: string): string {
  const path = modulePaths.get(name)
  if (path === undefined) throw new Error(`a page names a module that is not there: ${name}`)
  return path
}

/** Other sites show them. */
const FOR_FRAMES = { 'cross-origin-resource-policy': 'cross-origin' }

function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}

// The icon holds its own style element, for dark tabs.
const ICON_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

function minify(css: string): string {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;}/g, '}')
    .trim()
}
