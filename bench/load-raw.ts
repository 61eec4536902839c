import type { Database } from '../db/client.ts'
import { insertRawUserposts, type RawUserpostRow } from '../db/writes/raw-userpost.ts'
import { ChainViews } from '../indexer/chain/chain-view.ts'
import { HeaderTable } from '../indexer/chain/header-table.ts'
import { readItem } from '../indexer/ingest/read-item.ts'
import { writeReadings } from '../indexer/ingest/write-readings.ts'
import { openIndex } from '../indexer/open-index.ts'
import { rawUserpostRow } from '../indexer/posts/userpost.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { sha256 } from '../node/protocol/hash.ts'
import { keyIdOf, publicKeyOf } from '../node/protocol/signature.ts'
import type { Username } from '../node/protocol/username.ts'
import { parseSignedUserpost } from '../node/protocol/userpost.ts'
import { CHAIN_PARAMS } from './chain-file.ts'
import { author, registrationHeight } from './index-chain.ts'
import type { Progress } from './measure.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const ITEMS = 1_000
const POSTS = 4_000
const SAID_EVERY = 100_000

/**
 * Lays the raw rows of a data set of ours, as an index holds them: blocks and values are written as ever, posts without
 * looking at who signed them, which is known. Nothing is derived from the posts.
 */
export async function loadRaw(db: Database, items: Iterable<OutboxItem>, progress: Progress): Promise<void> {
  await openIndex(db, CHAIN_PARAMS, quiet)
  const context = { params: CHAIN_PARAMS, headers: new HeaderTable(), chains: new ChainViews(), now: 1 }
  const keyIds = new Map<string, Uint8Array>()
  let others: OutboxItem[] = []
  let posts: RawUserpostRow[] = []
  let count = 0
  const flush = async () => {
    const readings = others.flatMap((item) => readItem(item, CHAIN_PARAMS))
    if (readings.length > 0) await db.begin((tx) => writeReadings(tx, readings, context))
    if (posts.length > 0) await db.begin((tx) => insertRawUserposts(tx, posts))
    others = []
    posts = []
  }
  for (const item of items) {
    if (item.kind === 'userpost') posts.push(rawRow(item, keyIds))
    else others.push(item)
    if (others.length >= ITEMS || posts.length >= POSTS) await flush()
    if (++count % SAID_EVERY === 0) progress(`raw rows: ${count}`)
  }
  await flush()
  await db`ANALYZE`
}

function rawRow(item: Extract<OutboxItem, { kind: 'userpost' }>, keyIds: Map<string, Uint8Array>): RawUserpostRow {
  const post = parseSignedUserpost(item.piece)
  if (post === undefined) throw new Error('the data set holds a post that is none')
  const keyIdOfName = (name: Username) => {
    const keyId = keyIds.get(name) ?? keyIdOf(publicKeyOf(author(rankOf(name)).privateKey))
    keyIds.set(name, keyId)
    return keyId
  }
  const { n, k, height, rt, fav } = post.userpost
  const reading = {
    kind: 'userpost' as const,
    post,
    contentHash: sha256(post.raw),
    keyId: keyIdOfName(n),
    rtKeyId: rt && keyIdOfName(rt.userpost.n),
    favKeyId: fav && keyIdOfName(fav.userpost.n),
    provenance: item,
  }
  const dueHeight = Math.max(height, registrationHeight(rankOf(n)) + Math.ceil((k - 20) / 2))
  return { ...rawUserpostRow(reading), dueHeight, verdict: 'accept' }
}

function rankOf(name: string): number {
  return Number(name.replace(/^user/, ''))
}
