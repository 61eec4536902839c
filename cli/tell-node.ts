import { setTimeout as delay } from 'node:timers/promises'
import pino from 'pino'
import { followCount, followsAmong } from '../db/queries/follows.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { MAX_FOLLOWED } from '../node/limits.ts'
import { type ControlMessage, openControlSender } from '../node/outbox/control.ts'
import { CONTROL_NAMES } from '../node/outbox/limits.ts'
import type { ControlTarget } from './control-target.ts'
import { givenNames } from './given-names.ts'
import type { Terminal } from './terminal.ts'

/** The node tells of a change within a second; a node that syncs or has much to do takes longer. */
const TAKEN_WITHIN_MS = 15_000
const LOOK_MS = 200
/** So many names are told about one by one. */
const MAX_TOLD = 200

export interface TellOptions {
  target: ControlTarget
  /** Wait until the node has taken it. */
  isWaiting: boolean
}

type Verb = 'follow' | 'unfollow'

/** Tells the node whom to follow or not, and says of each name what came of it; the exit code. */
export async function tellNode(
  verb: Verb,
  words: readonly string[],
  options: TellOptions,
  terminal: Terminal,
): Promise<number> {
  const { usernames, wrong } = givenNames(words)
  for (const name of wrong) terminal.warn(`${name}: not a twister name (1 to 16 of a-z, 0-9 and _)`)
  if (usernames.length > 0) await tell(verb, usernames, options, terminal)
  return wrong.length > 0 ? 2 : 0
}

async function tell(verb: Verb, usernames: readonly string[], options: TellOptions, terminal: Terminal): Promise<void> {
  const { target, isWaiting } = options
  const reader = target.databaseUrl === undefined ? undefined : openReader(target.databaseUrl)
  try {
    const before = reader && (await followed(reader, usernames))
    await sendAll(target, chunksOf(verb, usernames))
    const sent = `${usernames.length === 1 ? 'it waits' : `${usernames.length} names wait`} in the queue for the node`
    if (!isWaiting) terminal.say(sent)
    else if (reader === undefined || before === undefined) {
      terminal.say(`${sent}; without DATABASE_URL its answer cannot be read here`)
    } else {
      const after = await waitFor(reader, verb, usernames)
      for (const line of outcome(verb, usernames, before, after)) terminal.say(line)
      if (!isDone(verb, usernames, after)) terminal.warn(await reasonForWaiting(reader, verb))
    }
  } finally {
    await reader?.end({ timeout: 1 })
  }
}

/** Sends messages to the node of this system; throws QueueAway and ControlFull. */
export async function sendAll(target: ControlTarget, messages: readonly ControlMessage[]): Promise<void> {
  const sender = openControlSender({ connection: target.queue, log: pino({ level: 'silent' }) })
  try {
    for (const message of messages) await sender.send(message)
  } finally {
    await sender.close()
  }
}

function chunksOf(kind: Verb, usernames: readonly string[]): ControlMessage[] {
  const messages: ControlMessage[] = []
  for (let at = 0; at < usernames.length; at += CONTROL_NAMES) {
    messages.push({ kind, usernames: usernames.slice(at, at + CONTROL_NAMES) })
  }
  return messages
}

/** Of these users, the followed ones, and whether the chain holds the name. */
type Followed = ReadonlyMap<string, boolean>

async function followed(reader: Reader, usernames: readonly string[]): Promise<Followed> {
  const rows = await followsAmong(reader, usernames)
  return new Map(rows.map(({ username, isRegistered }) => [username, isRegistered]))
}

async function waitFor(reader: Reader, verb: Verb, usernames: readonly string[]): Promise<Followed> {
  const deadline = performance.now() + TAKEN_WITHIN_MS
  for (;;) {
    const now = await followed(reader, usernames)
    if (isDone(verb, usernames, now) || performance.now() > deadline) return now
    await delay(LOOK_MS)
  }
}

function isDone(verb: Verb, usernames: readonly string[], now: Followed): boolean {
  return verb === 'follow' ? now.size === usernames.length : now.size === 0
}

/** A line a name; of very many, only how many there are of each kind. */
export function outcome(verb: Verb, usernames: readonly string[], before: Followed, after: Followed): string[] {
  const words = usernames.map((name) => [name, outcomeOf(verb, before.has(name), after.get(name))] as const)
  if (words.length <= MAX_TOLD) return words.map(([name, word]) => `${name}: ${word}`)
  const counts = new Map<string, number>()
  for (const [, word] of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].map(([word, count]) => `${count} names: ${word}`)
}

function outcomeOf(verb: Verb, wasFollowed: boolean, isRegistered: boolean | undefined): string {
  const isFollowed = isRegistered !== undefined
  if (verb === 'unfollow') {
    if (isFollowed) return 'still followed'
    return wasFollowed ? 'no longer followed; its posts stay in the index' : 'was not followed'
  }
  if (!isFollowed) return 'not followed yet'
  const when = wasFollowed ? 'already followed' : 'now followed'
  return isRegistered ? when : `${when}; not registered (yet): begins when the chain holds the name`
}

async function reasonForWaiting(reader: Reader, verb: Verb): Promise<string> {
  if (verb === 'follow' && (await followCount(reader)) >= MAX_FOLLOWED) {
    return `the node follows ${MAX_FOLLOWED} users, which is the most it can`
  }
  return 'the node has not taken it yet: it waits in the queue, and is carried out when the node runs (see `windsock status`)'
}
