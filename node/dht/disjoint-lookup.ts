import { compareDistance } from './contact.ts'
import { LookupClaims, type LookupNode, type LookupOptions, type LookupReply, runLookup } from './lookup.ts'

/**
 * Several look-ups at once that start from different contacts and never ask the same node: "several disjoint paths"
 * (spec 8.1 #4). Who leads one of them astray does not lead the others. Resolves with all that replied, nearest first.
 */
export async function runDisjointLookups<Reply extends LookupReply>(
  options: LookupOptions<Reply>,
  paths: number,
): Promise<LookupNode[]> {
  const claims = options.claims ?? new LookupClaims()
  const starts = Array.from({ length: paths }, (_, path) => options.seeds.filter((_, index) => index % paths === path))
  const lookups = starts.filter((seeds) => seeds.length > 0).map((seeds) => runLookup({ ...options, seeds, claims }))
  const found = (await Promise.all(lookups)).flat()
  return found.sort((a, b) => compareDistance(options.target, a.id, b.id))
}
