const WARN_LEVEL = 40
const MAX_SHOWN = 300

/** What of a child's line a person at the terminal should see: pino's warnings and errors, and lines that are no log. */
export function warningIn(line: string, stream: 'stdout' | 'stderr'): string | undefined {
  const entry = logEntry(line)
  if (entry === undefined) return stream === 'stderr' && isTelling(line) ? shorten(line.trimEnd()) : undefined
  if (entry.level < WARN_LEVEL) return undefined
  return shorten(entry.error === undefined ? entry.message : `${entry.message}: ${entry.error}`)
}

interface LogEntry {
  level: number
  message: string
  error?: string
}

function logEntry(line: string): LogEntry | undefined {
  if (!line.startsWith('{')) return undefined
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { level, msg, err } = value as Record<string, unknown>
  if (typeof level !== 'number') return undefined
  const message = typeof msg === 'string' ? msg : ''
  const cause = typeof err === 'object' && err !== null && 'message' in err ? String(err.message) : undefined
  return { level, message, error: cause === message ? undefined : cause }
}

/** Node's own remarks ("(node:12) ExperimentalWarning …") are for developers, who find them in the log file. */
function isTelling(line: string): boolean {
  return line.trim() !== '' && !/^\((node:\d+|Use `node )/.test(line)
}

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}
