// Every bound has a name here, one section per folder; each is checked before allocating or looping.

// ---- node/protocol: chain ----

/** "serialized block <= 50000 bytes" and "ntx <= 50000" (chain.md 3.3 C1, main.h:28). */
export const MAX_BLOCK_BYTES = 50_000
export const MAX_BLOCK_TRANSACTIONS = 50_000
/** "serialized size <= 512 bytes" (chain.md 3.2 S1, main.cpp:529). */
export const MAX_TRANSACTION_BYTES = 512
/** Scripts of a transaction that is parsed at all; the rules then refuse anything above 512 bytes in total. */
export const MAX_SCRIPT_BYTES = 100_000
/** "<= 140 code points (main.h:58), not UTF-16 units" (chain.md 3.2 P3). */
export const MAX_PROMOTED_CODE_POINTS = 140
/** "first push of userName must be 1..16 bytes" (chain.md 3.2 P4). */
export const MAX_PROMOTED_USER_BYTES = 16
/** "nTime <= adjusted time + 7200" (chain.md 3.3 C3). */
export const MAX_FUTURE_DRIFT_S = 7200

/** Ours: the reference takes 32 MiB (chain.md 5.1), but no message it sends or scores exceeds an inv of 50000 entries. */
export const MAX_MESSAGE_PAYLOAD_BYTES = 4_000_000
/** "addr >1000 / inv or getdata >50000 entries" score 20 (chain.md 5.10). */
export const MAX_ADDR_ENTRIES = 1000
export const MAX_INV_ENTRIES = 50_000
/** "getheaders answered; <= 2000" (chain.md 5.4). */
export const MAX_HEADERS_ENTRIES = 2000
/** Ours: a locator of a chain of 2^31 blocks has 43 entries. */
export const MAX_LOCATOR_ENTRIES = 500
/** Ours: the reference has no bound; its own agent has 18 bytes. */
export const MAX_USER_AGENT_BYTES = 4096
/** "filter >36000 bytes or >50 functions → +100; filteradd >520 bytes → +100" (chain.md 5.4). */
export const MAX_FILTER_BYTES = 36_000
export const MAX_FILTER_FUNCTIONS = 50
export const MAX_FILTER_ADD_BYTES = 520
/** Ours: alerts are a few hundred bytes, and there have been none for years. */
export const MAX_ALERT_BYTES = 10_000
/** Ours: names have 16 bytes, resources are words; what exceeds this is not worth parsing. */
export const MAX_DHT_PROXY_TEXT_BYTES = 1024
/** Ours: `p` has at most 8192 bytes (dht-swarm-posts.md 0); a reply may carry several. */
export const MAX_DHT_PROXY_DATA_BYTES = 512_000
