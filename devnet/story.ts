import { AUTHOR_NAMES, type AuthorName, readerNames } from './authors.ts'
import { DEEDS, type Deed, LINK_LINES, PROMOTED } from './content/deeds.ts'
import type { Line } from './content/line.ts'
import { NOTES } from './content/notes.ts'
import { THREADS } from './content/threads.ts'
import { type Dice, diceOf } from './seed.ts'

/** The opening history covers this many seconds and ends when the network opens. */
export const OPENING_SECONDS = 72_000
export const OPENING_BLOCKS = 120
export const OPENING_BLOCK_SECONDS = OPENING_SECONDS / OPENING_BLOCKS
/** The block in which erin's key is replaced. */
export const REPLACEMENT_HEIGHT = 70

export type ReplyTo =
  | { kind: 'beat'; key: string }
  | { kind: 'promoted'; user: string; height: number }
  | { kind: 'missing'; user: string; k: number }

export type Act =
  | { kind: 'say'; text: string; to?: ReplyTo }
  | { kind: 'retwist'; of: string; comment: string }
  | { kind: 'favourite'; of: string; comment: string; isPrivate: boolean }
  | { kind: 'direct'; to: AuthorName; readableBy: AuthorName; text: string }
  | { kind: 'custom'; url: string; mimetype?: string }

/** One piece to be: who does what, and how many seconds after the beginning of the history. */
export interface Beat {
  readonly key: string
  readonly by: AuthorName
  readonly at: number
  readonly act: Act
}

export interface Registration {
  readonly name: string
  /** 0 the first key, 1 the key that replaces it. */
  readonly generation: number
}

export interface BlockPlan {
  readonly height: number
  readonly promoted: { user: AuthorName | 'nobody'; text: string }
  readonly registrations: readonly Registration[]
}

/** Everything that was said before the network opens, in order of time. */
export function openingBeats(seed: string): Beat[] {
  const dice = diceOf(seed, 'opening')
  const beats: Beat[] = []
  const roots = [...shuffled(dice, [...NOTES.filter((note) => !isHello(note)), ...THREADS])]
  const hellos = NOTES.filter(isHello)
  hellos.forEach((hello, index) => {
    addLine(beats, dice, hello, 3600 + index * 300 + dice.below(200))
  })
  DEEDS.filter((deed) => deed.kind === 'custom').forEach((deed, index) => {
    addDeed(beats, dice, deed, 7500 + index * 300)
  })
  roots.forEach((root, index) => {
    const usual = 9000 + ((OPENING_SECONDS - 11_000) * (index + dice.next())) / roots.length
    addLine(beats, dice, root, FIXED_TIMES[root.key ?? ''] ?? usual)
  })
  LINK_LINES.forEach((said, index) => {
    addLine(beats, dice, said, 12_000 + index * 30_000)
  })
  for (const deed of DEEDS) if (deed.kind !== 'custom') addDeed(beats, dice, deed)
  return beats.sort((a, b) => a.at - b.at)
}

/** What each block of the opening history carries, from height 1 on. */
export function openingBlocks(): BlockPlan[] {
  const readers = readerNames()
  return Array.from({ length: OPENING_BLOCKS }, (_, index) => {
    const height = index + 1
    const registrations: Registration[] = []
    if (height === 1) registrations.push(...AUTHOR_NAMES.slice(0, 6).map((name) => ({ name, generation: 0 })))
    if (height === 2) registrations.push(...AUTHOR_NAMES.slice(6).map((name) => ({ name, generation: 0 })))
    if (height >= 3) registrations.push(...readers.splice(0, 2).map((name) => ({ name, generation: 0 })))
    if (height === REPLACEMENT_HEIGHT) registrations.push({ name: 'erin', generation: 1 })
    return { height, registrations, promoted: promotedAt(height) }
  })
}

/** Which promoted message the miner puts into a block. Runs of one message, as real miners make them. */
export function promotedAt(height: number): BlockPlan['promoted'] {
  const turn = Math.floor((height - 1) / PROMOTED_RUN) % PROMOTED.length
  const message = PROMOTED[turn]
  if (message === undefined) throw new Error('no promoted messages')
  return message
}

const PROMOTED_RUN = 8

/** The generation of a name's key that the chain holds at a height. */
export function keyGeneration(name: string, height: number): number {
  return name === 'erin' && height >= REPLACEMENT_HEIGHT ? 1 : 0
}

/**
 * The index of a name's current registration among all transactions of the chain, genesis being 0
 * (chain.md §8.5): twist: links are made of it.
 */
export function openingUid(name: string): number {
  let count = 1
  let uid = -1
  for (const block of openingBlocks()) {
    block.registrations.forEach((registration, index) => {
      if (registration.name === name) uid = count + 1 + index
    })
    count += 1 + block.registrations.length
  }
  if (uid < 0) throw new Error(`${name} is not registered in the opening history`)
  return uid
}

/** Roots that must stand before or after a certain block. */
const FIXED_TIMES: Readonly<Record<string, number>> = {
  'keychange-warning': (REPLACEMENT_HEIGHT - 12) * OPENING_BLOCK_SECONDS,
  'keychange-done': (REPLACEMENT_HEIGHT + 4) * OPENING_BLOCK_SECONDS,
  stayed: OPENING_SECONDS * 0.55,
}

function isHello(line: Line): boolean {
  return NOTES.indexOf(line) < AUTHOR_NAMES.length
}

function addLine(beats: Beat[], dice: Dice, said: Line, at: number, parent?: Beat): void {
  const beat: Beat = {
    key: said.key ?? `line-${beats.length}`,
    by: said.by,
    at: Math.floor(at),
    act: {
      kind: 'say',
      text: parent === undefined || parent.by === said.by ? said.text : `@${parent.by} ${said.text}`,
      to: parent === undefined ? undefined : { kind: 'beat', key: parent.key },
    },
  }
  beats.push(beat)
  let last = at
  for (const reply of said.replies ?? []) {
    last = soonAfter(dice, last, 900)
    addLine(beats, dice, reply, last, beat)
  }
}

function addDeed(beats: Beat[], dice: Dice, deed: Deed, fixed?: number): void {
  const key = 'key' in deed && deed.key !== undefined ? deed.key : `${deed.kind}-${beats.length}`
  const add = (at: number, act: Act, suffix = '') =>
    beats.push({ key: key + suffix, by: deed.by, at: Math.floor(at), act })
  const anywhere = fixed ?? 15_000 + dice.below(OPENING_SECONDS - 17_000)
  switch (deed.kind) {
    case 'retwist': {
      add(soonAfter(dice, timeOf(beats, deed.of), 3000), { kind: 'retwist', of: deed.of, comment: deed.comment ?? '' })
      return
    }
    case 'favourite':
    case 'private-favourite': {
      const isPrivate = deed.kind === 'private-favourite'
      const at = soonAfter(dice, timeOf(beats, deed.of), 3000)
      add(at, { kind: 'favourite', of: deed.of, comment: deed.comment ?? '', isPrivate })
      return
    }
    case 'direct': {
      add(anywhere, { kind: 'direct', to: deed.to, readableBy: deed.to, text: deed.text })
      // the reference's copy_self: a second piece that the sender can read
      add(anywhere + 1, { kind: 'direct', to: deed.to, readableBy: deed.by, text: deed.text }, '-copy')
      return
    }
    case 'custom': {
      add(anywhere, { kind: 'custom', url: deed.url, mimetype: deed.mimetype })
      return
    }
    case 'reply-to-promoted': {
      const { user, height } = promotedByKey(deed.promoted)
      const at = soonAfter(dice, (height + 2) * OPENING_BLOCK_SECONDS, 3000)
      add(at, { kind: 'say', text: deed.text, to: { kind: 'promoted', user, height } })
      return
    }
    case 'reply-to-missing': {
      const text = `@${deed.user} ${deed.text}`
      add(anywhere, { kind: 'say', text, to: { kind: 'missing', user: deed.user, k: deed.k } })
    }
  }
}

function promotedByKey(key: string): { user: string; height: number } {
  const turn = PROMOTED.findIndex((message) => message.key === key)
  const message = PROMOTED[turn]
  if (message === undefined) throw new Error(`no promoted message ${key}`)
  return { user: message.user, height: turn * PROMOTED_RUN + 1 }
}

/** A waiting time as people have it: mostly short, sometimes long, never past the end of the history. */
function soonAfter(dice: Dice, at: number, meanSeconds: number): number {
  const gap = 20 - meanSeconds * Math.log(1 - dice.next())
  return at + Math.min(gap, (OPENING_SECONDS - 30 - at) * 0.5)
}

function timeOf(beats: readonly Beat[], key: string): number {
  const beat = beats.find((candidate) => candidate.key === key)
  if (beat === undefined) throw new Error(`nothing is called ${key}`)
  return beat.at
}

function shuffled<T>(dice: Dice, list: readonly T[]): T[] {
  const pool = [...list]
  const order: T[] = []
  while (pool.length > 0) order.push(...pool.splice(dice.below(pool.length), 1))
  return order
}
