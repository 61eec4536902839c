import type { RebuildProgress } from '../indexer/rebuild/rebuild-run.ts'
import { count } from './progress.ts'
import type { Terminal } from './terminal.ts'

const LINE_EVERY_MS = 2_000

/** A line on standard error when another phase begins, and every few seconds of a long one. */
export function rebuildProgress(terminal: Terminal): (progress: RebuildProgress) => void {
  let said = ''
  let saidAtMs = Number.NEGATIVE_INFINITY
  return ({ phase, done, total }) => {
    if (phase === said && performance.now() - saidAtMs < LINE_EVERY_MS) return
    said = phase
    saidAtMs = performance.now()
    const amount = total > 0 ? ` ${count(done)} of ${count(total)}` : done > 0 ? ` ${count(done)}` : ''
    terminal.warn(`${phase}${amount}`)
  }
}
