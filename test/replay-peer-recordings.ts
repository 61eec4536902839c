import { readFileSync } from 'node:fs'
import type { RawDhtItem } from '../node/protocol/dht-item.ts'

/** Unix seconds at which the recordings were made: their tip is of that hour. */
export const RECORDING_CLOCK = 1_795_358_900

/** Everybody registered on the recorded chain. */
export const RECORDED_USERS = ['alice', 'bob', 'carol', 'dave', 'erin'] as const

/** What reference daemons made, byte by byte; see test/vectors/README.md. */
export interface Recordings {
  /** Raw blocks from genesis on. */
  readonly blocks: readonly Uint8Array[]
  /** By the hex of their target. */
  readonly values: ReadonlyMap<string, readonly RawDhtItem[]>
  /** By user and number. */
  readonly pieces: ReadonlyMap<string, ReadonlyMap<number, Uint8Array>>
}

export interface RecordedBlockJson {
  height: number
  hash: string
  hex: string
  json: { spamMessage: string; spamUser: string; usernames: string[]; time: number }
}

export interface RecordedResourceJson {
  n: string
  r: string
  t: string
  target_hash: string
  rpc_answer: { p: { v: unknown }; sig_user: string }[]
  values: { p_bencoded_hex: string; sig_p: string; sig_user: string }[]
}

export interface RecordedPostJson {
  user: string
  k: number
  json: { userpost: Record<string, unknown> & { n: string; k: number; time: number; msg?: string; msg2?: string } }
  piece_hex: string
}

export function readRecordings(): Recordings {
  const posts = readVectors<RecordedPostJson[]>('recordings-posts.json')
  return {
    blocks: readVectors<RecordedBlockJson[]>('recordings-chain.json').map((block) => bytesOf(block.hex)),
    values: new Map(
      readVectors<RecordedResourceJson[]>('recordings-dht.json').map((resource) => [
        resource.target_hash,
        resource.values.map((value) => ({
          p: bytesOf(value.p_bencoded_hex),
          sigP: bytesOf(value.sig_p),
          sigUser: value.sig_user,
        })),
      ]),
    ),
    pieces: new Map(
      RECORDED_USERS.map((user) => [
        user,
        new Map(posts.filter((post) => post.user === user).map((post) => [post.k, bytesOf(post.piece_hex)])),
      ]),
    ),
  }
}

/** A file of test/vectors; its shape is the caller's claim. */
export function readVectors<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(`./vectors/${file}`, import.meta.url), 'utf8')) as T
}

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}
