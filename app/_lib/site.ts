import type { Reader } from '../../db/queries/reader.ts'
import type { Clock } from '../../node/protocol/clock.ts'
import type { Reference } from '../api/reference.ts'
import type { Wanted } from './wanted.ts'

/** What a page needs from the process it runs in. */
export interface Site {
  reader: Reader
  clock: Clock
  wanted: Wanted
  apiReference: Reference
  /** Where readers reach the operator, as a link. */
  contact?: string
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
