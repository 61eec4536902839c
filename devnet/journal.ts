import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Moment } from './compose.ts'

/**
 * What a devnet must remember to go on after a stop: the beginning of its history, whether that is out in the network,
 * and when each live post was made. Everything else follows from the seed.
 */
export interface Journal {
  /** Unix seconds. */
  readonly start: number
  readonly moments: readonly Moment[]
  /** The opening history was published as a whole. */
  readonly isOpened: boolean
  setOpened(): void
  append(moment: Moment): void
}

interface Head {
  readonly seed: string
  readonly start: number
}

type Line = Head | 'opened' | [time: number, height: number]

/** Reads the file, or begins it with `start`. Throws if it was written with another seed. */
export function openJournal(path: string, seed: string, start: number): Journal {
  mkdirSync(dirname(path), { recursive: true })
  // a torn last line has no line feed and is cut off; what it announced was not published
  const texts = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
  const [head = { seed, start }, ...lines] = texts.map((text) => JSON.parse(text) as Line)
  if (head === 'opened' || Array.isArray(head)) throw new Error(`${path} is not the journal of a devnet.`)
  if (head.seed !== seed) throw new Error(`This devnet was made with the seed "${head.seed}", not with "${seed}".`)
  const append = (line: Line) => appendFileSync(path, `${JSON.stringify(line)}\n`)
  writeFileSync(path, [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''))
  const moments = lines.flatMap((line) => (Array.isArray(line) ? [{ time: line[0], height: line[1] }] : []))
  let isOpened = lines.includes('opened')
  return {
    start: head.start,
    moments,
    get isOpened() {
      return isOpened
    },
    setOpened: () => {
      if (!isOpened) append('opened')
      isOpened = true
    },
    append: (moment) => {
      moments.push(moment)
      append([moment.time, moment.height])
    },
  }
}
