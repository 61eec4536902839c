import type { BlockHeader } from '../protocol/block.ts'
import type { NetworkParams } from '../protocol/params.ts'
import { checkHeader } from '../protocol/rules/check-header.ts'
import type { Verdict } from '../protocol/verdict.ts'
import { WORK_CHECKS_PER_TURN } from './limits.ts'

/**
 * The context-free rules of headers, of which scrypt is nearly all the cost (0.3 ms each). One verdict per header, in
 * order, up to and including the first that is not accepted. The only place that does this work.
 */
export async function checkWork(headers: readonly BlockHeader[], params: NetworkParams): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const header of headers) {
    if (verdicts.length > 0 && verdicts.length % WORK_CHECKS_PER_TURN === 0) await nextTurn()
    const verdict = checkHeader(header, params)
    verdicts.push(verdict)
    if (verdict.kind !== 'accept') break
  }
  return verdicts
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
