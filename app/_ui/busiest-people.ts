import { activePeople } from '../../db/queries/active-people.ts'
import type { ActivePersonView } from '../../db/views.ts'
import { currentSite } from '../_lib/site.ts'

const DAY_S = 86_400
const WEEK_DAYS = 7
const SHOWN = 5

/** Who wrote most this week, as it stands beside the posts and beside the names. */
export async function busiestPeople(): Promise<readonly ActivePersonView[]> {
  const { reader, clock, shared } = currentSite()
  const today = Math.floor(clock.now() / DAY_S)
  const read = () => activePeople(reader, today, WEEK_DAYS, { limit: SHOWN })
  return (await shared.get('busiest people', read)).items
}
