// A report is what a node or an indexer says of itself: foreign JSON, of which only what has the right type is taken.

export function member(json: unknown, ...path: string[]): unknown {
  let value = json
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = Reflect.get(value, name)
  }
  return value
}

export function numberIn(json: unknown, ...path: string[]): number | undefined {
  const value = member(json, ...path)
  return typeof value === 'number' ? value : undefined
}

export function booleanIn(json: unknown, ...path: string[]): boolean | undefined {
  const value = member(json, ...path)
  return typeof value === 'boolean' ? value : undefined
}

export function textIn(json: unknown, ...path: string[]): string | undefined {
  const value = member(json, ...path)
  return typeof value === 'string' ? value : undefined
}

export function lengthIn(json: unknown, ...path: string[]): number | undefined {
  const value = member(json, ...path)
  return Array.isArray(value) ? value.length : undefined
}

export function sumIn(json: unknown, ...path: string[]): number | undefined {
  const value = member(json, ...path)
  if (typeof value !== 'object' || value === null) return undefined
  return Object.values(sumOf([value])).reduce((sum, count) => sum + count, 0)
}

/** All of them, or none. */
export function numbersIn<K extends string>(
  json: unknown,
  group: string,
  keys: readonly K[],
): Record<K, number> | undefined {
  const entries = keys.map((key) => [key, numberIn(json, group, key)] as const)
  if (!entries.every(([, value]) => value !== undefined)) return undefined
  return Object.fromEntries(entries) as Record<K, number>
}

export function sumOf(parts: readonly unknown[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const part of parts) {
    if (typeof part !== 'object' || part === null) continue
    for (const [code, count] of Object.entries(part)) {
      if (typeof count === 'number') sums[code] = (sums[code] ?? 0) + count
    }
  }
  return sums
}
