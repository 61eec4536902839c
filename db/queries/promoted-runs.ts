import type { PromotedView } from '../views.ts'
import { isPromotedShown } from './hidden.ts'
import { limitOf } from './pieces.ts'
import { type PromotedRow, promotedViewOf } from './promoted.ts'
import type { Reader } from './reader.ts'

/** Blocks looked at: most miners leave the same words in all of theirs. */
const MAX_BLOCKS_WALKED = 20_000

/**
 * Promoted messages of the blocks above sinceHeight and up to maxHeight, the newest `count`, from the newest on. Of blocks
 * that follow on each other with one message the newest alone.
 */
export async function promotedRuns(
  sql: Reader,
  { maxHeight, sinceHeight, count }: { maxHeight: number; sinceHeight: number; count: number },
): Promise<PromotedView[]> {
  const rows = await sql<PromotedRow[]>`
    select height, block_hash, username, message, has_signature, time from (
      select p.*, lag(p.message) over (order by p.height desc) as newer from (
        select * from promoted where height <= ${maxHeight} and height > ${sinceHeight}
        order by height desc limit ${sql.unsafe(String(MAX_BLOCKS_WALKED))}
      ) p where ${isPromotedShown(sql, sql`p.username`, sql`p.height`)}
    ) run where newer is distinct from message order by height desc ${limitOf(sql, count)}`
  return rows.slice(0, count).map(promotedViewOf)
}
