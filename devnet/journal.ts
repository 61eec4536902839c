import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Moment } from './compose.ts'

/**
 * What a devnet must remember to go on after a stop: the beginning of its history, and when each live post was made.
 * Everything else follows from the seed.
 */
export interface Journal {
  /** Unix seconds. */
  readonly start: number
  readonly moments: readonly Moment[]
  append(moment: Moment): void
}

interface Head {
  readonly seed: string
  readonly start: number
}

/** Reads the file, or begins it with `start`. Throws if it was written with another seed. */
export function openJournal(path: string, seed: string, start: number): Journal {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
  // a torn last line has no line feed and was cut off above; what it announced was not published
  const [head, ...rest] = lines.map((line) => JSON.parse(line) as Head | [number, number])
  if (head === undefined || Array.isArray(head)) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${JSON.stringify({ seed, start })}\n`)
    return journalOf(path, start, [])
  }
  if (head.seed !== seed) throw new Error(`This devnet was made with the seed "${head.seed}", not with "${seed}".`)
  const moments = rest.flatMap((line) => (Array.isArray(line) ? [{ time: line[0], height: line[1] }] : []))
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return journalOf(path, head.start, moments)
}

function journalOf(path: string, start: number, moments: Moment[]): Journal {
  return {
    start,
    moments,
    append: (moment) => {
      moments.push(moment)
      appendFileSync(path, `${JSON.stringify([moment.time, moment.height])}\n`)
    },
  }
}
