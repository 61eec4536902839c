import { ConfigError } from './config-error.ts'

/** Reads KEY=VALUE lines; `#` starts a comment line, quotes around a value are dropped, an empty value is none. */
export function parseEnvFile(text: string, path: string, known: ReadonlySet<string>): Map<string, string> {
  const values = new Map<string, string>()
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const equals = line.indexOf('=')
    if (equals < 1) throw new ConfigError(`${path}, line ${index + 1}: expected KEY=VALUE, found "${line}"`)
    const key = line.slice(0, equals).trim()
    if (!known.has(key)) throw new ConfigError(`${path}, line ${index + 1}: there is no setting ${key}`)
    const value = unquoted(line.slice(equals + 1).trim())
    if (value === '') values.delete(key)
    else values.set(key, value)
  }
  return values
}

function unquoted(value: string): string {
  const quote = value[0]
  const isQuoted = value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote)
  return isQuoted ? value.slice(1, -1) : value
}
