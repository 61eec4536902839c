// Every bound has a name here; each is checked before allocating or looping.

/** "serialized size <= 512 bytes" (chain.md 3.2 S1). */
export const MAX_TRANSACTION_BYTES = 512
/** "ntx <= 50000" (chain.md 3.3 C1): no branch of such a tree is longer. */
export const MAX_BRANCH_LENGTH = 16
/** "1 <= size <= 2048" (dht-swarm-posts.md 5.2-1): the signed dict is a part of the piece. */
export const MAX_USERPOST_BYTES = 2048
/** "1…8192" (dht-swarm-posts.md 3.3-2): the signed part of a DHT value. */
export const MAX_VALUE_BYTES = 8192
/** "files/posts: depth 1000" (dht-swarm-posts.md 0.1). */
export const MAX_BENCODE_DEPTH = 1000
/** Ours: from a registration to its checkpoint there are some 1000 where checkpoints are 2016 blocks apart. */
export const MAX_HEADERS = 10_000
/** Ours: half a megabyte of headers each for up to four registrations, as hex. */
export const MAX_PROOF_BYTES = 16 * 1024 * 1024
/** Ours: one each 2016 blocks, for thousands of years. */
export const MAX_CHECKPOINTS = 100_000
/** "Integers … SHOULD require 0…2^31−1" (dht-swarm-posts.md 0.1). */
export const MAX_INT31 = 0x7fffffff
/** Ours: a line of an archive holds at most a block, "50000 bytes" (chain.md 3.3 C1), as base64. */
export const MAX_LINE_BYTES = 100_000
/** Ours: lines that are bad are counted; of so many it is said why. */
export const MAX_BAD_LINES = 100
