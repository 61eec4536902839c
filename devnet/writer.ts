import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Log } from '../node/log.ts'
import type { Clock } from '../node/protocol/clock.ts'
import { postNumberLimit } from '../node/protocol/name-view.ts'
import { parseUsername, type Username } from '../node/protocol/username.ts'
import { AUTHORS } from './authors.ts'
import { isPublic, type Moment, Notebook, type Written } from './compose.ts'
import type { Journal } from './journal.ts'
import { liveBeats } from './live-story.ts'
import type { DevnetPeer } from './peer.ts'
import { inParallel, openPublisher, profilePuts } from './publisher.ts'
import { type Beat, OPENING_BLOCK_SECONDS, openingBeats } from './story.ts'

const POST_MS = 3000
/** Posts made again at a stretch after a restart, before anything else gets its turn. */
const REMADE_AT_ONCE = 200
/** After a restart the newest live posts are offered to the swarms again: they may not be on disk. */
const REPEATED_POSTS = 400
/** The very newest may have been written down but not sent: their values go to the DHT again. */
const REPEATED_PUTS = 20
const MAX_WRITTEN = 2000

export interface WriterOptions {
  readonly seed: string
  readonly journal: Journal
  readonly homeOf: (author: Username) => DevnetPeer
  readonly clock: Clock
  readonly log: Log
}

/** All authors: what they write, where it was left, and its way out. */
export interface Writer {
  readonly written: readonly Written[]
  /** Writes down what was written before this start and publishes what is not out yet. */
  openHistory(): Promise<void>
  /** The next live post. Undefined if its author has used up the post numbers and waits for a block (§1.5). */
  step(): Promise<Written | undefined>
  /** A step every few seconds until closed. */
  start(): void
  close(): Promise<void>
}

export function openWriter({ seed, journal, homeOf, clock, log }: WriterOptions): Writer {
  const stop = new AbortController()
  const notebook = new Notebook(seed)
  const publisher = openPublisher(seed, homeOf, log)
  const written: Written[] = []
  const live = liveBeats(seed)
  let next: Beat = live.next().value
  let timer: NodeJS.Timeout | undefined
  let underway: Promise<unknown> = Promise.resolve()

  function write(beat: Beat, moment: Moment): Written {
    const made = notebook.write(beat, moment)
    written.push(made)
    if (written.length > MAX_WRITTEN) written.shift()
    return made
  }

  function writeNext(moment: Moment): Written {
    const made = write(next, moment)
    next = live.next().value
    return made
  }

  async function openHistory(): Promise<void> {
    const opening = openingBeats(seed).map((beat) => write(beat, openingMoment(journal.start, beat)))
    const resumed: Written[] = []
    for (const [index, moment] of journal.moments.entries()) {
      resumed.push(writeNext(moment))
      if (resumed.length > REPEATED_POSTS) resumed.shift()
      if (index % REMADE_AT_ONCE === 0) await nextTurn()
    }
    for (const made of [...opening, ...resumed]) publisher.post(made)
    const jobs = journal.isOpened ? [] : await openingJobs(opening)
    for (const made of resumed.slice(-REPEATED_PUTS)) jobs.push(() => putAll(made))
    await inParallel(jobs, stop.signal)
    if (!stop.signal.aborted) journal.setOpened()
  }

  async function openingJobs(opening: readonly Written[]): Promise<(() => Promise<void>)[]> {
    const lastPublic = new Map(opening.filter(({ beat }) => isPublic(beat.act)).map((made) => [made.beat.by, made]))
    const jobs = opening.map((made) => () => {
      const isLast = lastPublic.get(made.beat.by) === made
      return putAll({ ...made, puts: made.puts.filter((put) => isLast || put.resource.r !== 'status') })
    })
    for (const author of AUTHORS) {
      const puts = await profilePuts(seed, author)
      const home = homeOf(usernameOf(author.name))
      const moment = { time: Math.floor(clock.now()), height: home.chain.tip.height - 1 }
      jobs.push(() => publisher.put(usernameOf(author.name), puts, moment))
    }
    return jobs
  }

  function putAll({ fields, puts }: Written): Promise<void> {
    return publisher.put(usernameOf(fields.n), puts, fields)
  }

  async function step(): Promise<Written | undefined> {
    const author = usernameOf(next.by)
    const { chain } = homeOf(author)
    if (notebook.nextK(next.by) > (postNumberLimit(chain.nameView, author) ?? -1)) return undefined
    // "post written: height = best − 1" (§1.3)
    const moment = { time: Math.floor(clock.now()), height: chain.tip.height - 1 }
    journal.append(moment)
    const made = writeNext(moment)
    publisher.post(made)
    await putAll(made)
    return made
  }

  function schedule(): void {
    if (stop.signal.aborted) return
    timer = setTimeout(() => {
      // the DHT may be slower than the pace: the next post does not wait for it
      underway = step().catch((error: unknown) => log.warn({ err: error }, 'a live post failed'))
      schedule()
    }, POST_MS)
  }

  return {
    written,
    openHistory,
    step,
    start: schedule,
    close: async () => {
      stop.abort()
      clearTimeout(timer)
      await underway
    },
  }
}

/** The time of a beat of the opening, and the height of the best block minus one at that time (§1.3). */
export function openingMoment(start: number, beat: Beat): Moment {
  return { time: start + beat.at, height: Math.floor(beat.at / OPENING_BLOCK_SECONDS) - 1 }
}

export function usernameOf(name: string): Username {
  const username = parseUsername(name)
  if (username === undefined) throw new Error(`${name} is not a username`)
  return username
}
