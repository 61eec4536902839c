import { callForEcho, listenForChanges } from '../../db/queries/changes.ts'
import type { Reader } from '../../db/queries/reader.ts'
import type { ChangeMessage } from '../../db/schema/change.ts'
import { ECHO_EVERY_MS, ECHO_TIMEOUT_MS } from './limits.ts'

/** Keeps something of the index. */
interface Ears {
  change(message: ChangeMessage): void
  /** Whether changes are heard of. */
  setHearing(isHearing: boolean): void
}

/**
 * Tells all who keep something what the index says has changed, and whether it can be heard at all: a connection that is lost makes no
 * sound, so this process calls itself through the database and waits for the echo.
 */
export function hearChanges(sql: Reader, all: readonly Ears[]): { close(): void } {
  let heardMs = Number.NEGATIVE_INFINITY
  let isAsked = false
  let isClosed = false
  const me = crypto.randomUUID()
  const change = (message: ChangeMessage) => {
    for (const one of all) one.change(message)
  }
  const setHearing = (isHearing: boolean) => {
    for (const one of all) one.setHearing(isHearing)
  }

  function listen(): void {
    if (isClosed || isAsked) return
    isAsked = true
    const ears = {
      onChange: change,
      onEcho: (text: string) => {
        if (text !== me) return
        heardMs = performance.now()
        setHearing(true)
      },
      onListening: () => {
        // Of what happened before nothing was heard, so it may have been anything.
        change({ kind: 'hidden' })
        setHearing(true)
        heardMs = performance.now()
      },
    }
    // Once: after that the connection is made again by itself whenever it is lost.
    listenForChanges(sql, ears).catch(() => {
      isAsked = false
    })
  }

  const timer = setInterval(() => {
    if (performance.now() - heardMs > ECHO_TIMEOUT_MS) setHearing(false)
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
