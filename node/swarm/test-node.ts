import { afterEach } from 'vitest'
import { systemClock } from '../protocol/clock.ts'
import type { Username } from '../protocol/username.ts'
import type { Store } from '../store/store.ts'
import { namesOf, openTestStore, pieceOf, silent } from '../store/test-authors.ts'
import { openSwarms, type Swarms, type SwarmsOptions } from './swarms.ts'
import { TestPeer } from './test-peer.ts'

export interface TestNode {
  readonly store: Store
  readonly swarms: Swarms
  /** Codes of refused pieces. */
  readonly refused: string[]
  readonly endpoint: { host: string; port: number }
}

const closers: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** To be done when the test ends, the last first. */
export function atEnd(close: () => Promise<unknown>): void {
  closers.push(close)
}

/** Swarms of a chain on which alice and bob are registered, with a store of their own or the one given. */
export async function openTestNode(
  host: string,
  options: Partial<SwarmsOptions> & { store?: Store } = {},
): Promise<TestNode> {
  const { store: given, ...more } = options
  const store = given ?? (await openTestStore())
  const refused: string[] = []
  const swarms = await openSwarms({
    posts: store.posts,
    write: store.write,
    nameView: namesOf('alice', 'bob'),
    clock: systemClock,
    log: silent,
    bind: host,
    port: 0,
    allowAddress: (ip) => ip.startsWith('127.'),
    onReject: (code) => refused.push(code),
    ...more,
  })
  if (given === undefined) atEnd(() => store.close())
  atEnd(() => swarms.close())
  return { store, swarms, refused, endpoint: { host, port: swarms.port } }
}

export async function openTestPeer(host: string, user: Username, pieces: Map<number, Uint8Array>): Promise<TestPeer> {
  const peer = await TestPeer.open({ host, user, pieces })
  atEnd(() => peer.close())
  return peer
}

/** A user's posts 0 to count − 1. */
export function piecesOf(user: string, count: number): Map<number, Uint8Array> {
  return new Map(Array.from({ length: count }, (_, k) => [k, pieceOf(user, k)]))
}
