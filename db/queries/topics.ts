import { AsyncLocalStorage } from 'node:async_hooks'
import { topicOf } from '../schema/change.ts'

const KEY = Symbol.for('windsock.topics')

/**
 * Runs what makes an answer, and gathers in `topics` what it shows of the index: each query says what it has read. The
 * bundler gives the pages their own copy of this module: they meet the front's by a global symbol.
 */
export function gatheringTopics<Result>(topics: Set<string>, run: () => Result): Result {
  return storage().run(topics, run)
}

/** A query's rows are part of an answer: it is to be made again when this changes. */
export const show = {
  user: (username: string) => gather(topicOf.user(username)),
  author: (username: string) => gather(topicOf.author(username)),
  post: (username: string, k: number) => gather(topicOf.post(username, k)),
  tag: (tag: string) => gather(topicOf.tag(tag)),
  newest: () => gather(topicOf.newest),
} as const

/** The same of what was read before, for another answer. */
export function showAll(topics: ReadonlySet<string>): void {
  for (const topic of topics) gather(topic)
}

function gather(topic: string): void {
  storage().getStore()?.add(topic)
}

function storage(): AsyncLocalStorage<Set<string>> {
  const found: unknown = Reflect.get(globalThis, KEY)
  if (found instanceof AsyncLocalStorage) return found
  const made = new AsyncLocalStorage<Set<string>>()
  Reflect.set(globalThis, KEY, made)
  return made
}
