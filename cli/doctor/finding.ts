export const AREAS = ['configuration', 'database', 'queue', 'node', 'index'] as const
export type Area = (typeof AREAS)[number]

/** good: as it should be. note: works, but look at it. bad: does not work, or not for long. */
export interface Finding {
  area: Area
  state: 'good' | 'note' | 'bad'
  /** What was found, and for a note or what is bad also what to do: one sentence. */
  words: string
}

export function good(area: Area, words: string): Finding {
  return { area, state: 'good', words }
}

export function note(area: Area, words: string): Finding {
  return { area, state: 'note', words }
}

export function bad(area: Area, words: string): Finding {
  return { area, state: 'bad', words }
}

export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message || error.name : String(error)
}

/** The answer, or an error that says that there was none in time: no check may hold up the others. */
export async function within<T>(timeoutMs: number, what: string, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not answer within ${timeoutMs / 1000} s`)), timeoutMs)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
