import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, stop } from 'esbuild'

/** What runs in a reader's browser, made of app/browser. Each file is named by its content. */
export interface BrowserCode {
  /** By the address of each, the parts that are fetched when they are wanted among them. */
  files: ReadonlyMap<string, Uint8Array>
  /** The addresses of what pages name: `every-page`, and what a page asks for beside it. */
  modulePaths: ReadonlyMap<string, string>
}

const FOLDER = fileURLToPath(new URL('../browser/', import.meta.url))
const MODULES = { 'every-page': 'every-page.ts', 'try-calls': 'try-calls.mjs' } as const
const WORKER = 'verify-worker.ts'

const OPTIONS = {
  bundle: true,
  write: false,
  minify: true,
  metafile: true,
  absWorkingDir: FOLDER,
  outdir: FOLDER,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  platform: 'browser',
  // What the browsers of the last four years understand.
  target: ['chrome105', 'firefox110', 'safari16'],
  tsconfigRaw: {},
  legalComments: 'none',
  logLevel: 'silent',
} as const satisfies BuildOptions

export async function bundleBrowserCode(): Promise<BrowserCode> {
  try {
    // A worker of the old kind: every browser has those.
    const worker = await build({ ...OPTIONS, entryPoints: [WORKER], format: 'iife' })
    const [workerFile] = worker.outputFiles
    if (workerFile === undefined) throw new Error('the worker was not made')
    const pages = await build({
      ...OPTIONS,
      entryPoints: Object.values(MODULES),
      format: 'esm',
      splitting: true,
      define: { VERIFY_WORKER_PATH: JSON.stringify(addressOf(workerFile.path)) },
    })
    const files = [workerFile, ...pages.outputFiles].map(({ path, contents }) => [addressOf(path), contents] as const)
    const modules = Object.entries(MODULES).map(([name, source]) => {
      const made = Object.entries(pages.metafile.outputs).find(([, { entryPoint }]) => entryPoint === source)
      if (made === undefined) throw new Error(`the module ${name} was not made`)
      return [name, addressOf(made[0])] as const
    })
    return { files: new Map(files), modulePaths: new Map(modules) }
  } finally {
    await stop()
  }
}

function addressOf(path: string): string {
  return `/${basename(path)}`
}
