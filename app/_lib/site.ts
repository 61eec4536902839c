import type { ReactNode } from 'react'
import type { Reader } from '../../db/queries/reader.ts'
import type { Clock } from '../../node/protocol/clock.ts'
import type { Language } from '../_words/languages.ts'
import type { Reference } from '../api/reference.ts'
import type { SharedReads } from './shared-reads.ts'
import type { Wanted } from './wanted.ts'

/** What a page needs from the process it runs in. */
export interface Site {
  reader: Reader
  clock: Clock
  wanted: Wanted
  shared: SharedReads
  apiReference: Reference
  /** Where readers reach the operator, as a link. */
  contact?: string
  /** Where the files are that every page names. */
  files: SiteFiles
  /** HTML of a page. */
  markup(page: ReactNode): Promise<string>
}

export interface SiteFiles {
  /** The style sheet: its address changes with its content. */
  stylesheetPath: string
  /** A module of browser-code.ts, by its name. Throws where there is none. */
  modulePath(name: string): string
  /** What the modules say, in a language. */
  wordsPath(language: Language): string
}

const KEY = Symbol.for('windsock.site')

/**
 * The bundler gives the pages their own copy of every module, so the process hands them its one database reader and
 * clock by a global symbol, once, when it starts.
 */
export function provideSite(site: Site): void {
  Reflect.set(globalThis, KEY, site)
}

export function currentSite(): Site {
  const site: unknown = Reflect.get(globalThis, KEY)
  if (site === undefined) throw new Error('the pages are served by app/_server/main.ts, which provides the database')
  return site as Site
}
