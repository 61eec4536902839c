import { type Resource, targetHash } from '../protocol/dht-target.ts'
import type { Endpoint } from './contact.ts'
import type { ItemReader } from './item-reader.ts'
import { BUCKET_SIZE, GET_SETTLE_MS, GET_TOTAL_MS, MAX_SEARCH_ROUNDS, SEARCH_AGAIN_SEEDS } from './limits.ts'
import { LookupClaims } from './lookup.ts'
import type { DataReply, Network } from './network.ts'

interface SearchOptions {
  network: Pick<Network, 'getData' | 'lied'>
  /** Takes the values; what is good in it was found. */
  reader: ItemReader
  resource: Resource
  /** So many disjoint paths. */
  paths: number
  signal: AbortSignal | undefined
}

/**
 * Asks for a resource's values, and goes on where liars are: who answers with nothing but bad values is not one of the
 * eight nearest that have to be asked, and when nobody had a good value but somebody had a bad one, those further off
 * are asked too, nobody twice. Resolves with the number of nodes that answered.
 */
export async function searchPastLiars(options: SearchOptions): Promise<number> {
  const { network, reader, resource, paths, signal } = options
  const enough = new AbortController()
  const end = () => enough.abort()
  if (signal?.aborted) end()
  signal?.addEventListener('abort', end, { once: true })
  const total = setTimeout(end, GET_TOTAL_MS)
  let settle: NodeJS.Timeout | undefined
  let answers = 0
  let hasLiars = false
  const hasLied = (reply: DataReply, from: Endpoint) => {
    answers++
    const { isAnyGood, lie } = reader.read(reply.data ?? [])
    if (lie !== undefined) network.lied(from, lie)
    if (isAnyGood) settle ??= setTimeout(end, GET_SETTLE_MS)
    const isLiar = lie !== undefined && !isAnyGood
    hasLiars ||= isLiar
    return isLiar
  }
  const call = { method: 'getData', resource, target: targetHash(resource) } as const
  const claims = new LookupClaims()
  for (let round = 0; round < MAX_SEARCH_ROUNDS && !enough.signal.aborted; round++) {
    if (round > 0 && (!hasLiars || reader.size > 0)) break
    const seeds = round === 0 ? 2 * BUCKET_SIZE : SEARCH_AGAIN_SEEDS
    await network.getData(call, { hasLied, signal: enough.signal, paths, claims, seeds })
  }
  clearTimeout(total)
  clearTimeout(settle)
  signal?.removeEventListener('abort', end)
  return answers
}
