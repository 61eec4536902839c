import type { DestinationStream, Logger } from 'pino'

/** The part of a pino logger that the node's parts use; passed in, never imported as a singleton. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/**
 * Standard error as it is. When the process ends, pino's own destination tries for ever to write what a launcher that is
 * gone does not read, and so keeps the process from ending; here such lines are lost.
 */
export function standardError(): DestinationStream {
  // There is nobody left to tell.
  process.stderr.on('error', () => undefined)
  return process.stderr
}
