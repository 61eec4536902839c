/** Bounds of the stream. Sizes in bytes, times in milliseconds. */
export const MAX_STREAM_READERS = 5_000
/** Of one address; of one on this machine or in a private network, which may be all readers of a proxy, as many as fit. */
export const STREAMS_PER_CLIENT = 20
/** What is written and not yet taken by a reader; whoever leaves more is dropped. The bytes are shared by all readers. */
export const MAX_UNTAKEN_BYTES = 1024 * 1024
/** Whoever takes nothing, or never all, for so long is dropped, too. */
export const UNTAKEN_TIMEOUT_MS = 60_000
/** How long a dropped reader may take what was written, and the reason. */
export const CLOSE_TIMEOUT_MS = 5_000
export const HEARTBEAT_MS = 15_000
/** When a reader comes back: spread, so that those who were closed together do not come together. */
export const RETRY_MIN_MS = 2_000
export const RETRY_MAX_MS = 8_000
/** Events told at once, each at most some kilobytes. */
export const EVENTS_AT_ONCE = 200
/** Numbers that one query of a reader who goes on after an id looks through, and such queries at once. */
export const REPLAYED_AT_ONCE = 5_000
export const REPLAYS_AT_ONCE = 3
/** New events are looked for so often, should a notification have been lost. */
export const LOOK_EVERY_MS = 2_000
/** Until a reader who comes back is where everybody is. */
export const REACH_LOOK_MS = 10
export const DATABASE_RETRY_MS = 1_000
