/** Parsed headers kept at hand for the rules that look back; more than one `headers` message holds. */
export const MAX_CACHED_HEADERS = 4096
/** Names whose history is kept at hand. */
export const MAX_CACHED_NAMES = 20_000
/** How far above the connected chain bodies are fetched, so that what waits for its parent stays bounded. */
export const MAX_BODIES_AHEAD = 2048
/** Headers off the best header chain; beyond it only branches near the best one in work are taken. */
export const MAX_SIDE_HEADERS = 200_000
export const NEAR_TIP_BLOCKS = 2016
/** Beyond this, only what ends with more work than the best: where work is cheap, all branches are near the best. */
export const MAX_NEAR_SIDE_HEADERS = 2 * MAX_SIDE_HEADERS
/** Blocks kept parsed while they wait for an ancestor's body; what a transaction takes in memory beyond its bytes. */
export const MAX_WAITING_BLOCK_BYTES = 8_000_000
export const PARSED_TRANSACTION_BYTES = 2000
/** Headers hashed together on one thread, and of one durable transaction: some 80 ms of work. */
export const HEADERS_PER_WRITE = 256
/** Of a new run of headers so many are hashed first: what a liar makes us hash for nothing. */
export const FIRST_HEADERS_HASHED = 16
/** Up to so many are hashed without a thread of their own. */
export const MAX_HASHED_WITHOUT_THREADS = 16
/** Threads for hashing; each takes 10 MB. */
export const MAX_WORK_THREADS = 4
/** Headers off the tree whose work was checked and is not to be checked again. */
export const MAX_REMEMBERED_WORK = 10_000
/** The reference's mempool has no bound (chain.md B19); registrations have about 70 bytes. */
export const MAX_MEMPOOL_BYTES = 2_000_000
/** What no block has taken for so long is dropped: two weeks. */
export const MAX_MEMPOOL_BLOCKS = 2016
/** "refuse when >= 150000 bytes (-limitfreerelay=15), else add the tx size" (chain.md 6). */
export const MAX_RELAYED_BYTES = 150_000
/** "-blockmaxsize, default 12500" and "running size (starting at 1000)" (chain.md 3.10, 7.1). */
export const MAX_MINED_BLOCK_BYTES = 12_500
export const TEMPLATE_RESERVED_BYTES = 1000
/** Hashes of mining between two turns of the event loop: some 5 ms. */
export const WORK_CHECKS_PER_TURN = 16
/** Names of one completion request. */
export const MAX_REGISTERED_NAMES = 1000
