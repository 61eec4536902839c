import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { StreamHub } from '../app/_server/stream/stream-hub.ts'
import { createStreamRoute } from '../app/_server/stream/stream-route.ts'
import type { Database } from '../db/client.ts'
import { openReader, type Reader } from '../db/queries/reader.ts'
import { numberStreamDrafts } from '../db/writes/stream.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import { openTestIndex, type TestIndex } from './index-fixture.ts'
import { eventually, type TestPostgres } from './services.ts'
import { openStreamClient, type StreamClient, type StreamMessage } from './stream-client.ts'
import { genesisBlock, keyOf, mine, postItem, register, tinyParams } from './tiny-chain.ts'

/** A stream over an index of its own, served as the front serves it. */
export interface StreamSite {
  index: TestIndex
  /** Writes, and numbers what happened. */
  write(...items: OutboxItem[]): Promise<void>
  connect(query?: string, lastEventId?: string): Promise<StreamClient>
  hub: StreamHub
  heard: string[]
  /** Who the next reader is. */
  client: { key: string; isLocal: boolean }
  close(): Promise<void>
}

export async function openStreamSite(server: TestPostgres): Promise<StreamSite> {
  const index = await openTestIndex(server, tinyParams)
  const reader: Reader = openReader(index.url)
  const heard: string[] = []
  const hub = new StreamHub({
    reader,
    heartbeatMs: 100,
    onAway: () => heard.push('away'),
    onBack: () => heard.push('back'),
  })
  const route = createStreamRoute(hub)
  const http: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://site.example')
    void route.serve(request, response, url, { ...site.client })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const site: StreamSite = {
    index,
    write: async (...items) => {
      await index.write(items)
      await number(index.db)
    },
    connect: (query = '', lastEventId) =>
      openStreamClient(
        `http://127.0.0.1:${port}/api/v1/stream${query}`,
        lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
      ),
    hub,
    heard,
    client: { key: 'test', isLocal: true },
    close: async () => {
      await hub.close()
      http.closeAllConnections()
      http.close()
      await reader.end({ timeout: 1 })
      await index.close()
    },
  }
  return site
}

async function number(db: Database): Promise<void> {
  await db.begin((tx) => numberStreamDrafts(tx, Date.now(), 100_000))
}

export const ALICE = keyOf('alice')
export const BOB = keyOf('bob')
export const first = mine(genesisBlock(), [register('alice', ALICE), register('bob', BOB)])

export function alices(k: number, msg: string): OutboxItem {
  return postItem({ n: 'alice', k, height: 1, time: 1_400_000_000 + k, msg }, ALICE)
}

export function words(events: readonly StreamMessage[]): string[] {
  return events.map(({ event, data }) => `${event} ${data.post?.msg ?? data.n ?? data.block?.height ?? ''}`.trim())
}

export function heardAll(client: StreamClient, count: number): Promise<StreamMessage[]> {
  return eventually(
    () => client.events,
    (events) => events.length >= count,
    10_000,
  )
}
