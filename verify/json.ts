import { parseHex, Refused } from './bytes.ts'

/** Reads foreign JSON: each function gives what is at `part`, or refuses it by that name. */

/** An object with these fields and no others. */
export function fieldsOf(
  value: unknown,
  part: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refused(part, 'is no object')
  const fields = value as Record<string, unknown>
  const missing = required.find((name) => fields[name] === undefined)
  if (missing !== undefined) throw new Refused(`${part}.${missing}`, 'is missing')
  const unknown = Object.keys(fields).find((name) => !required.includes(name) && !optional.includes(name))
  if (unknown !== undefined) throw new Refused(part, `has an unknown field ${JSON.stringify(unknown.slice(0, 40))}`)
  return fields
}

export function textOf(value: unknown, part: string, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw new Refused(part, `is no text like ${pattern.source}`)
  return value
}

/** One of these values. */
export function oneOf<Value extends string | number>(value: unknown, part: string, known: readonly Value[]): Value {
  const found = known.find((one) => one === value)
  if (found === undefined) throw new Refused(part, `is none of: ${known.join(', ')}`)
  return found
}

export function wholeOf(value: unknown, part: string, max: number): number {
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)
  if (!isWhole || value > max) throw new Refused(part, `is no whole number up to ${max}`)
  return value
}

export function hexBytesOf(value: unknown, part: string, minBytes: number, maxBytes: number): Uint8Array {
  const isText = typeof value === 'string' && value.length <= 2 * maxBytes
  const bytes = isText ? parseHex(value) : undefined
  if (bytes === undefined || bytes.length < minBytes) {
    const length = minBytes === maxBytes ? `${maxBytes}` : `${minBytes} to ${maxBytes}`
    throw new Refused(part, `is not ${length} bytes in lower-case hex`)
  }
  return bytes
}

export function listOf<Item>(
  value: unknown,
  part: string,
  maxLength: number,
  read: (item: unknown, part: string) => Item,
): Item[] {
  if (!Array.isArray(value) || value.length > maxLength) throw new Refused(part, `is no list of up to ${maxLength}`)
  return value.map((item: unknown, at) => read(item, `${part}[${at}]`))
}
