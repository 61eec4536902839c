import { callForEcho, listenForChanges } from '../../db/queries/changes.ts'
import type { Reader } from '../../db/queries/reader.ts'
import { ECHO_EVERY_MS, ECHO_TIMEOUT_MS } from './limits.ts'
import type { ResponseCache } from './response-cache.ts'

/**
 * Tells the cache what the index says has changed, and whether it can be heard at all: a connection that is lost makes no
 * sound, so this process calls itself through the database and waits for the echo.
 */
export function hearChanges(sql: Reader, cache: ResponseCache): { close(): void } {
  let heardMs = Number.NEGATIVE_INFINITY
  let isAsked = false
  let isClosed = false
  const me = crypto.randomUUID()

  function listen(): void {
    if (isClosed || isAsked) return
    isAsked = true
    const ears = {
      onChange: cache.change,
      onEcho: (text: string) => {
        if (text !== me) return
        heardMs = performance.now()
        cache.setHearing(true)
      },
      onListening: () => {
        // Of what happened before nothing was heard, so it may have been anything.
        cache.change({ kind: 'hidden' })
        cache.setHearing(true)
        heardMs = performance.now()
      },
    }
    // Once: after that the connection is made again by itself whenever it is lost.
    listenForChanges(sql, ears).catch(() => {
      isAsked = false
    })
  }

  const timer = setInterval(() => {
    if (performance.now() - heardMs > ECHO_TIMEOUT_MS) cache.setHearing(false)
    listen()
    callForEcho(sql, me).catch(() => undefined)
  }, ECHO_EVERY_MS)
  listen()
  return {
    close: () => {
      isClosed = true
      clearInterval(timer)
    },
  }
}
