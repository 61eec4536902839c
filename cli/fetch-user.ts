import { setTimeout as delay } from 'node:timers/promises'
import { tip } from '../db/queries/blocks.ts'
import { followsAmong } from '../db/queries/follows.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { siteStatus } from '../db/queries/status.ts'
import { userByName } from '../db/queries/user.ts'
import { userFetchOf } from '../db/queries/user-fetch.ts'
import type { UserFetchView } from '../db/views.ts'
import { FETCH_AGAIN_S } from '../node/limits.ts'
import { ConfigError } from './config-error.ts'
import { givenNames } from './given-names.ts'
import { count, duration } from './progress.ts'
import { sendAll, type TellOptions } from './tell-node.ts'
import type { Terminal } from './terminal.ts'

/** Longer than a fetch may take; it can have to wait for others. */
const DONE_WITHIN_MS = 120_000
const TAKEN_WITHIN_MS = 15_000
const LOOK_MS = 200

const NOT_DONE = 1

/** Has the node fetch a user who is not followed, once, and says what was found; the exit code. */
export async function fetchNow(word: string, options: TellOptions, terminal: Terminal): Promise<number> {
  const { usernames, wrong } = givenNames([word])
  const [username] = usernames
  if (username === undefined || usernames.length + wrong.length > 1) {
    throw new ConfigError(`${word}: not a twister name (1 to 16 of a-z, 0-9 and _)`)
  }
  const { target, isWaiting } = options
  const send = () => sendAll(target, [{ kind: 'fetch', username, asker: 'operator' }])
  if (target.databaseUrl === undefined) {
    await send()
    terminal.say(`${username}: asked for; without DATABASE_URL the answer cannot be read here`)
    return 0
  }
  const reader = openReader(target.databaseUrl)
  try {
    const known = await whatIsKnown(reader, username)
    if (known !== undefined) {
      terminal.say(`${username}: ${known.sentence}`)
      return known.code
    }
    const before = await userFetchOf(reader, username)
    await send()
    if (!isWaiting) {
      terminal.say(`${username}: asked for`)
      return 0
    }
    return await watch(reader, username, before, terminal)
  } finally {
    await reader.end({ timeout: 1 })
  }
}

/** When nothing need be asked. */
async function whatIsKnown(reader: Reader, username: string): Promise<{ sentence: string; code: number } | undefined> {
  const user = await userByName(reader, username)
  if (user === undefined) {
    const best = await tip(reader)
    const upTo = best === undefined ? 'no block is indexed yet' : `looked up to block ${count(best.height)}`
    return { sentence: `nobody has registered this name (${upTo})`, code: NOT_DONE }
  }
  if ((await followsAmong(reader, [username])).length > 0) {
    const { held, knownK } = user.completeness
    const of = knownK === undefined ? '' : ` of numbers up to ${count(knownK)}`
    return { sentence: `is followed; ${count(held)} posts are here${of}`, code: 0 }
  }
  const last = await userFetchOf(reader, username)
  if (last?.state !== 'done') return undefined
  const [node] = (await siteStatus(reader)).nodes
  const ageS = Math.max(0, (node?.at ?? last.since) - last.since)
  if (ageS >= FETCH_AGAIN_S) return undefined
  const again = `not asked again for ${duration(FETCH_AGAIN_S - ageS)}`
  return { sentence: `fetched ${duration(ageS)} ago: ${foundWords(last)} (${again})`, code: codeOf(last) }
}

async function watch(
  reader: Reader,
  username: string,
  before: UserFetchView | undefined,
  terminal: Terminal,
): Promise<number> {
  const startMs = performance.now()
  let said = ''
  for (;;) {
    const now = await userFetchOf(reader, username)
    const isNews = now !== undefined && (now.since !== before?.since || now.state !== before.state)
    if (isNews) {
      const line = stateWords(now)
      if (line !== said) terminal.say(`${username}: ${line}`)
      said = line
      if (now.state === 'done' || now.state === 'refused') return codeOf(now)
    }
    const waitedMs = performance.now() - startMs
    if (waitedMs > (isNews ? DONE_WITHIN_MS : TAKEN_WITHIN_MS)) {
      terminal.warn('the node has not taken it yet: it waits in the queue (see `windsock status`)')
      return NOT_DONE
    }
    await delay(LOOK_MS)
  }
}

const REFUSALS: Readonly<Record<string, string>> = {
  'unknown-username': 'the node knows no such name on the chain',
  'is-followed': 'is followed already',
  'dht-is-paused': 'the DHT is paused until the chain is synced; try again then',
  'too-many-waiting': 'too many others wait to be fetched; try again in a minute',
}

export function stateWords(fetch: UserFetchView): string {
  switch (fetch.state) {
    case 'waiting':
      return 'waits for others that are fetched'
    case 'running':
      return `asking the network; so far ${foundWords(fetch)}`
    case 'done':
      return foundWords(fetch)
    case 'refused':
      return REFUSALS[fetch.code ?? ''] ?? `refused (${fetch.code ?? 'no reason'})`
  }
}

/** "profile yes, avatar no, 12 posts of numbers up to 14". */
export function foundWords({ profile, avatar, following, posts, knownK }: UserFetchView): string {
  const yesNo = (isThere: boolean) => (isThere ? 'yes' : 'no')
  const upTo = knownK === undefined ? '' : ` of numbers up to ${count(knownK)}`
  const list = following === 0 ? '' : `, follows ${count(following)}`
  return `profile ${yesNo(profile)}, avatar ${yesNo(avatar)}${list}, ${count(posts)} ${posts === 1 ? 'post' : 'posts'}${upTo}`
}

function codeOf({ state, profile, avatar, following, posts }: UserFetchView): number {
  return state === 'done' && (profile || avatar || following > 0 || posts > 0) ? 0 : NOT_DONE
}
