import { MAX_NUMBER } from './limits.ts'

/** Runs of post numbers, first and last in turn, ascending and apart; at most so many. */
export function parseRanges(json: unknown, maxRuns: number): number[] | undefined {
  if (!Array.isArray(json) || json.length > 2 * maxRuns || json.length % 2 !== 0) return undefined
  const ends: number[] = []
  for (const [index, value] of json.entries()) {
    // The last of a run may be its first.
    const least = (ends.at(-1) ?? -1) + (index % 2 === 0 ? 1 : 0)
    if (!Number.isSafeInteger(value) || value < least || value >= MAX_NUMBER) return undefined
    ends.push(value)
  }
  return ends
}
