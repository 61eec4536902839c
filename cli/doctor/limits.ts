/** One area of checks is given this long, all of them run side by side. */
export const AREA_MS = 12_000

export const DISK_BAD_BYTES = 1_000_000_000
export const DISK_NOTE_BYTES = 5_000_000_000
/** Multiranges, which the index keeps its cursors in, came with 14. */
export const MIN_POSTGRES = 140_000
export const CONNECTIONS_NOTE_SHARE = 0.9

/** The node and the indexer report themselves every few seconds. */
export const REPORT_OLD_S = 60
export const CLOCK_SKEW_S = 5
/** Blocks come every ten minutes; so long without one is rare. */
export const TIP_OLD_S = 2 * 3600
/** "nTime <= adjusted time + 7200" (chain.md 3.4). */
export const TIP_AHEAD_S = 7200
export const BEHIND_BLOCKS = 3

/** Records of the node that are not yet in the index. */
export const LAG_NOTE_ITEMS = 20_000
export const PENDING_NOTE_SHARE = 0.8
export const MARKS_NOTE = 100_000
export const QUEUE_NOTE_JOBS = 1_000
export const CONTROL_NOTE_MESSAGES = 40
/** A rebuild says every few seconds how far it is. */
export const REBUILD_SILENT_S = 120
