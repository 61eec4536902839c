import { MAX_JUDGED_PER_TICK, MAX_PROBES_PER_TICK } from './limits.ts'

/** What all swarms together may do in one tick, so that many of them do not hold up the process. */
export class TickBudget {
  /** Stored posts that are judged again. */
  judgements = MAX_JUDGED_PER_TICK
  /** Posts that are asked for though they are held. */
  probes = MAX_PROBES_PER_TICK
}
