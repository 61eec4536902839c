import type { BlockHeader } from '../protocol/block.ts'
import { scryptHashAside } from '../protocol/hash.ts'
import type { NetworkParams } from '../protocol/params.ts'
import { checkHeaderWork } from '../protocol/rules/check-header.ts'
import type { Verdict } from '../protocol/verdict.ts'
import { HEADERS_HASHED_AT_ONCE } from './limits.ts'

/**
 * The context-free rules of headers, of which scrypt is nearly all the cost (0.3 ms each); it is left to Node's pool of
 * threads. One verdict per header, in order, up to and including the first that is not accepted. The only place that does
 * this work.
 */
export async function checkWork(headers: readonly BlockHeader[], params: NetworkParams): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (let start = 0; start < headers.length; start += HEADERS_HASHED_AT_ONCE) {
    const group = headers.slice(start, start + HEADERS_HASHED_AT_ONCE)
    const hashes = await Promise.all(group.map((header) => scryptHashAside(header.raw)))
    for (const [position, header] of group.entries()) {
      const hash = hashes[position]
      if (hash === undefined) throw new Error('a header was not hashed')
      const verdict = checkHeaderWork(header, hash, params)
      verdicts.push(verdict)
      if (verdict.kind !== 'accept') return verdicts
    }
  }
  return verdicts
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
