import type { ReconciliationView } from '../views.ts'
import type { Reader } from './reader.ts'

/** What came of comparing the index with its nodes; the rows without a name are the nodes' chains. */
export async function reconciliationSummary(sql: Reader): Promise<ReconciliationView> {
  const rows = await sql<(Omit<ReconciliationView, 'comparedAt'> & { comparedAt: number | null })[]>`
    select count(*) as users, count(*) filter (where lacking_here + lacking_there > 0) as differing,
      coalesce(sum(lacking_here), 0)::bigint as lacking_here, coalesce(sum(lacking_there), 0)::bigint as lacking_there,
      coalesce(sum(asked), 0)::bigint as asked, coalesce(sum(given), 0)::bigint as given,
      max(compared_at) as compared_at
    from reconciliation where username <> ''`
  const { users = 0, differing = 0, lackingHere = 0, lackingThere = 0, asked = 0, given = 0 } = rows[0] ?? {}
  return { users, differing, lackingHere, lackingThere, asked, given, comparedAt: rows[0]?.comparedAt ?? undefined }
}
