import type { PeopleTotalsView } from '../views.ts'
import type { Reader } from './reader.ts'

/** How many names the chain holds, of how many users posts are here, and how many of these posted since a time. */
export async function peopleTotals(sql: Reader, since: number): Promise<PeopleTotalsView> {
  const rows = await sql<PeopleTotalsView[]>`
    select
      (select coalesce(sum(name_count), 0)::bigint from network_day) as names,
      (select count(*) from user_state where last_time is not null) as users,
      (select count(*) from user_state where last_time >= ${Math.floor(since)}::bigint) as active`
  const { names = 0, users = 0, active = 0 } = rows[0] ?? {}
  return { names, users, active }
}
