import { get } from 'node:http'
import { brotliDecompressSync } from 'node:zlib'
import type { ApiBenchOptions, Progress } from './measure.ts'
import { samplePages } from './site-pages.ts'
import { startSiteUnderLoad } from './site-process.ts'

/** "A page of up to 50 posts weighs at most 25 KB over the wire with its style sheet (pictures apart)". */
const TARGETS = { page_with_css_bytes: 25_000, required_script_bytes: 0, other_hosts: 0 }

interface Answer {
  status: number
  body: Buffer
  /** Of the body as it came, in its coding; and with the head. */
  bytes: number
  headBytes: number
}

/** What a reader's browser fetches to show a page of each kind, in brotli as browsers take it, pictures apart. */
export async function measureBytes(options: ApiBenchOptions, progress: Progress): Promise<object> {
  const site = await startSiteUnderLoad(options)
  try {
    const figures: Record<string, object> = {}
    for (const [name, paths] of Object.entries(await samplePages(options))) {
      progress(`bytes: ${name}`)
      const found = await firstFound(site.port, paths)
      if (found !== undefined) figures[name] = await weigh(site.port, found.path, found.answer)
    }
    return { ...figures, target: TARGETS }
  } finally {
    await site.end()
  }
}

async function firstFound(port: number, paths: readonly string[]) {
  for (const path of paths) {
    const answer = await fetched(port, path)
    if (answer.status === 200) return { path, answer }
  }
  return undefined
}

async function weigh(port: number, path: string, page: Answer): Promise<object> {
  const html = page.body.toString('utf8')
  const sheets = [...html.matchAll(/<link\b[^>]*\brel="stylesheet"[^>]*>/g)].map(([tag]) => hrefOf(tag))
  const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag)
  const css = await sum(port, sheets)
  // A module adds to a page that is whole without it: what must run is what is no module, or stands inline.
  const required = scripts.filter((tag) => !/type="module"/.test(tag) || !/src="/.test(tag))
  return {
    path,
    posts: html.match(/<article\b/g)?.length ?? 0,
    page_bytes: page.bytes,
    head_bytes: page.headBytes,
    css_bytes: css,
    page_with_css_bytes: page.bytes + css,
    required_script_bytes: required.length === 0 ? 0 : html.length,
    optional_script_bytes: await sum(port, scripts.map(srcOf)),
    other_hosts: otherHosts(html),
  }
}

/** What a browser fetches by itself, from anywhere else. */
function otherHosts(html: string): number {
  const fetchedTags = html.match(/<(?:img|script|iframe|source|video|audio|object|embed)\b[^>]*>|<link\b[^>]*>/g) ?? []
  const fetches = fetchedTags.filter((tag) => !/\brel="(?:canonical|alternate|author|license)"/.test(tag))
  return fetches.filter((tag) => /\b(?:src|href|srcset|data)="(?:https?:)?\/\//.test(tag)).length
}

async function sum(port: number, paths: readonly string[]): Promise<number> {
  const answers = await Promise.all(paths.map((path) => fetched(port, path)))
  return answers.reduce((bytes, answer) => bytes + answer.bytes, 0)
}

function hrefOf(tag: string): string {
  return /\bhref="([^"]*)"/.exec(tag)?.[1] ?? ''
}

function srcOf(tag: string): string {
  return /\bsrc="([^"]*)"/.exec(tag)?.[1] ?? ''
}

/** Without a client that takes the coding off, so that it is counted as it travels. */
function fetched(port: number, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', path, headers: { 'accept-encoding': 'br' } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const coded = Buffer.concat(chunks)
        const isCoded = response.headers['content-encoding'] === 'br'
        resolve({
          status: response.statusCode ?? 0,
          body: isCoded ? brotliDecompressSync(coded) : coded,
          bytes: coded.length,
          headBytes: response.rawHeaders.reduce((bytes, text) => bytes + text.length + 2, 0),
        })
      })
    })
    request.on('error', reject)
  })
}
