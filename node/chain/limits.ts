/** Parsed headers kept at hand for the rules that look back; more than one `headers` message holds. */
export const MAX_CACHED_HEADERS = 4096
/** Names whose history is kept at hand. */
export const MAX_CACHED_NAMES = 20_000
/** How far above the connected chain bodies are fetched, so that what waits for its parent stays bounded. */
export const MAX_BODIES_AHEAD = 2048
/** Headers off the best header chain; beyond it only branches near the best one in work are taken. */
export const MAX_SIDE_HEADERS = 200_000
export const NEAR_TIP_BLOCKS = 2016
/** Headers of one durable transaction: what a liar can make us hash before the rules of context stop him. */
export const HEADERS_PER_WRITE = 256
/** The reference's mempool has no bound (chain.md B19); registrations have about 70 bytes. */
export const MAX_MEMPOOL_BYTES = 5_000_000
/** "refuse when >= 150000 bytes (-limitfreerelay=15), else add the tx size" (chain.md 6). */
export const MAX_RELAYED_BYTES = 150_000
/** "-blockmaxsize, default 12500" and "running size (starting at 1000)" (chain.md 3.10, 7.1). */
export const MAX_MINED_BLOCK_BYTES = 12_500
export const TEMPLATE_RESERVED_BYTES = 1000
/** Headers given to the pool of threads together: what a header without its work makes us hash for nothing. */
export const HEADERS_HASHED_AT_ONCE = 16
/** Hashes of mining between two turns of the event loop: some 5 ms. */
export const WORK_CHECKS_PER_TURN = 16
/** Names of one completion request. */
export const MAX_REGISTERED_NAMES = 1000
