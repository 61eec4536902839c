import { readFileSync } from 'node:fs'
import type { OutboxItem } from '../node/outbox/item.ts'
import { hexToBytes } from '../node/protocol/bytes.ts'
import { networkParams } from '../node/protocol/params.ts'

interface RecordedBlock {
  height: number
  hash: string
  hex: string
}
interface RecordedPost {
  user: string
  k: number
  piece_hex: string
}
interface RecordedResource {
  values: { p_bencoded_hex?: string; sig_p?: string; sig_user?: string }[]
}

/** The recorded network: main-net parameters without checkpoints, a chain of its own. */
export const recordedParams = networkParams('main', { checkpoints: false })

/** Everything that was recorded, as a node would publish it in the straight order: chain, posts, DHT values. */
export function recordedItems(): OutboxItem[] {
  const blocks = vectors<RecordedBlock[]>('recordings-chain.json')
    .filter((block) => block.height > 0)
    .map((block): OutboxItem => {
      const { height } = block
      const hash = bytes(block.hash).reverse()
      return { seq: 0, kind: 'block-connected', hash, height, raw: bytes(block.hex), firstSeen: 1, source: 'chain' }
    })
  const posts = vectors<RecordedPost[]>('recordings-posts.json').map(
    (post): OutboxItem => ({
      seq: 0,
      kind: 'userpost',
      username: post.user,
      k: post.k,
      piece: bytes(post.piece_hex),
      firstSeen: 1,
      source: 'swarm',
      tipHeight: 48,
    }),
  )
  const values = vectors<RecordedResource[]>('recordings-dht.json').flatMap((resource) =>
    resource.values.flatMap((value): OutboxItem[] => {
      const { p_bencoded_hex: p, sig_p: sigP, sig_user: sigUser } = value
      if (p === undefined || sigP === undefined || sigUser === undefined) return []
      const provenance = { firstSeen: 1, source: 'dht', tipHeight: 48 }
      return [{ seq: 0, kind: 'dht-item', p: bytes(p), sigP: bytes(sigP), sigUser, ...provenance }]
    }),
  )
  return [...blocks, ...posts, ...values].map((item, i) => ({ ...item, seq: i + 1 }))
}

function vectors<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(`./vectors/${file}`, import.meta.url), 'utf8')) as T
}

function bytes(hex: string): Uint8Array {
  const parsed = hexToBytes(hex)
  if (parsed === undefined) throw new Error('not hexadecimal')
  return parsed
}
