import type { Logger } from 'pino'

/** The part of a pino logger that the node's parts use; passed in, never imported as a singleton. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>
