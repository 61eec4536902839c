import { readFileSync } from 'node:fs'

/** Unix seconds at which the recordings were made: their tip is of that hour. */
export const RECORDING_CLOCK = 1_795_358_900

export interface RecordedBlock {
  readonly height: number
  /** Natural order, as hex: the key under which peers ask. */
  readonly hash: string
  readonly raw: Uint8Array
}

export interface RecordedValue {
  readonly p: Uint8Array
  readonly sigP: Uint8Array
  readonly sigUser: string
}

export interface RecordedResource {
  readonly n: string
  readonly r: string
  readonly targetHash: string
  readonly values: readonly RecordedValue[]
}

export interface RecordedPost {
  readonly user: string
  readonly k: number
  readonly piece: Uint8Array
}

/** What reference daemons made, byte by byte; see test/vectors/README.md. */
export interface Recordings {
  readonly blocks: readonly RecordedBlock[]
  readonly resources: readonly RecordedResource[]
  readonly posts: readonly RecordedPost[]
}

interface BlockJson {
  height: number
  hash: string
  hex: string
}
interface ResourceJson {
  n: string
  r: string
  target_hash: string
  values: { p_bencoded_hex: string; sig_p: string; sig_user: string }[]
}
interface PostJson {
  user: string
  k: number
  piece_hex: string
}

export function readRecordings(): Recordings {
  return {
    blocks: readVectors<BlockJson[]>('recordings-chain.json').map(({ height, hash, hex }) => ({
      height,
      hash: Buffer.from(hash, 'hex').reverse().toString('hex'),
      raw: bytesOf(hex),
    })),
    resources: readVectors<ResourceJson[]>('recordings-dht.json').map(({ n, r, target_hash, values }) => ({
      n,
      r,
      targetHash: target_hash,
      values: values.map((value) => ({
        p: bytesOf(value.p_bencoded_hex),
        sigP: bytesOf(value.sig_p),
        sigUser: value.sig_user,
      })),
    })),
    posts: readVectors<PostJson[]>('recordings-posts.json').map(({ user, k, piece_hex }) => ({
      user,
      k,
      piece: bytesOf(piece_hex),
    })),
  }
}

/** A file of test/vectors; its shape is the caller's claim. */
export function readVectors<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(`./vectors/${file}`, import.meta.url), 'utf8')) as T
}

export function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}
