import { AsyncLocalStorage } from 'node:async_hooks'
import { LANGUAGES, type Language } from './languages.ts'

/** For whom a page is being made. */
export interface Rendering {
  language: Language
  /** Scheme and host that absolute addresses begin with, as the reader used them. */
  origin: string
  /** The page's own path and query, without a language before it: its canonical address. */
  address: string
  /** Of the answer; a page that is not a plain 200 sets it while it is made. */
  status?: number
}

const KEY = Symbol.for('windsock.rendering')

const DEFAULT: Rendering = { language: LANGUAGES[0], origin: 'http://localhost', address: '/' }

/** Runs what makes a page; everything it calls, in whichever copy of this module, finds the same answer. */
export function inRendering<Result>(rendering: Rendering, run: () => Result): Result {
  return storage().run(rendering, run)
}

/** What the page that is being made is for; outside of one English. */
export function currentRendering(): Rendering {
  return storage().getStore() ?? { ...DEFAULT }
}

// The bundler gives the pages their own copy of every module: they meet the front's by a global symbol.
function storage(): AsyncLocalStorage<Rendering> {
  const found: unknown = Reflect.get(globalThis, KEY)
  if (found instanceof AsyncLocalStorage) return found
  const made = new AsyncLocalStorage<Rendering>()
  Reflect.set(globalThis, KEY, made)
  return made
}
