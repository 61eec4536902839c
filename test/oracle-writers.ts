import { type Database, isWriteConflict } from '../db/client.ts'
import { ChainViews } from '../indexer/chain/chain-view.ts'
import { HeaderTable } from '../indexer/chain/header-table.ts'
import { settleCounts } from '../indexer/counter.ts'
import { readItem } from '../indexer/ingest/read-item.ts'
import { writeReadings } from '../indexer/ingest/write-readings.ts'
import type { OutboxItem } from '../node/outbox/item.ts'
import type { NetworkParams } from '../node/protocol/params.ts'

type Write = (items: readonly OutboxItem[]) => Promise<void>

/** As one indexer process writes, each batch one transaction; of two that meet in a circle one tries again. */
function openWriter(db: Database, params: NetworkParams): Write {
  const headers = new HeaderTable()
  const chains = new ChainViews()
  return async (items) => {
    const readings = items.flatMap((item) => readItem(item, params))
    for (;;) {
      try {
        await db.begin((tx) => writeReadings(tx, readings, { params, headers, chains, now: 1 }))
        return
      } catch (error) {
        headers.clear()
        if (!isWriteConflict(error)) throw error
      }
    }
  }
}

/** Several writers side by side, each taking the next batch when it has written one; then the totals. */
export async function writeBeside(
  db: Database,
  params: NetworkParams,
  batches: readonly (readonly OutboxItem[])[],
  writers: number,
): Promise<void> {
  const left = [...batches]
  const work = async (write: Write): Promise<void> => {
    for (let batch = left.shift(); batch !== undefined; batch = left.shift()) {
      await write(batch)
      if (batch.length % 3 === 0) await settleCounts(db)
    }
  }
  await Promise.all(Array.from({ length: writers }, () => work(openWriter(db, params))))
  await settleCounts(db)
}
