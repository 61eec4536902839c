/** Runs of whole numbers, first and last in turn, as PostgreSQL writes a multirange. */
export function multirangeText(ranges: readonly number[]): string {
  const runs: string[] = []
  for (let index = 0; index + 1 < ranges.length; index += 2) runs.push(`[${ranges[index]},${ranges[index + 1]}]`)
  return `{${runs.join()}}`
}

/** PostgreSQL answers `[first,after)`. */
export function parseMultirange(text: string): number[] {
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)].flatMap(([, first, after]) => [Number(first), Number(after) - 1])
}

/** How many numbers are in the runs. */
export function countNumbers(ranges: readonly number[]): number {
  let count = 0
  for (let index = 0; index + 1 < ranges.length; index += 2)
    count += (ranges[index + 1] ?? 0) - (ranges[index] ?? 0) + 1
  return count
}
