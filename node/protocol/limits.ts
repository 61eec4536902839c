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

/** "length > 0x02000000 → connection closed" (chain.md 5.1); below it each command has its own: payload-limits.ts. */
export const MAX_MESSAGE_PAYLOAD_BYTES = 0x02000000
/** Ours: commands without a payload, or with one that is not read. */
export const MAX_OTHER_MESSAGE_BYTES = 4096
/** Ours: a tx is parsed at all up to here; the rules refuse what has more than 512 bytes. */
export const MAX_TRANSACTION_MESSAGE_BYTES = 4096
/** Ours: pieces of an unfinished message that are kept apart before they are joined. */
export const MAX_MESSAGE_CHUNKS = 1024
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

// ---- node/protocol: posts, DHT, swarm wire (§ of dht-swarm-posts.md) ----

/** "Integers … SHOULD require 0…2^31−1" (§0.1): k, height, time, seq. */
export const MAX_INT31 = 0x7fffffff
export const SIGNATURE_BYTES = 65

/** "1 <= size <= 2048" (§5.2-1, twister.cpp:1556). */
export const MAX_USERPOST_BYTES = 2048
/** "code points of msg <= 140" (§5.2-9, twister.cpp:1588). */
export const MAX_MSG_CODE_POINTS = 140
/** "files/posts: depth 1000, 10^6 items" (§0.1); 2048 bytes hold no more than this. */
export const USERPOST_BENCODE = { maxDepth: 1000, maxItems: MAX_USERPOST_BYTES }

/** "raw size of p: 1…768 if t = m, 1…8192 otherwise" (§3.3-2, node.cpp:1364). */
export const MAX_DHT_SINGLE_BYTES = 8192
export const MAX_DHT_MULTI_BYTES = 768
/** "length of r <= 32 bytes" (§3.3-7). */
export const MAX_DHT_RESOURCE_NAME_BYTES = 32
/** The reference reads packets of depth 10 and 499 values (§0.1); around a p there are 4 and 9 when it is read back. */
export const DHT_VALUE_BENCODE = { maxDepth: 6, maxItems: 490 }
/** UDP's own. "Receive buffer 10 000 bytes" there; "as reader accept bigger" (§2.1, §3.8). */
export const MAX_DHT_PACKET_BYTES = 65_507
export const DHT_PACKET_BENCODE = { maxDepth: 10, maxItems: 4096 }
/** "SHOULD serve only the newest values within <= ~9000 bytes and < 480 values" (§3.8). */
export const MAX_DHT_REPLY_BYTES = 9000
export const MAX_DHT_REPLY_ITEMS = 479
/** Ours: the reference's have 2 and 4 bytes (§2.2, §2.7); both are opaque. */
export const MAX_DHT_TRANSACTION_ID_BYTES = 32
export const MAX_DHT_TOKEN_BYTES = 64
export const MAX_DHT_METHOD_BYTES = 32
export const MAX_DHT_ERROR_BYTES = 256
/** Ours: "32 values kept per multi target", "<= 8" nodes, "<= 100 endpoints" (§2.6, §3.4); more is not looked at. */
export const MAX_DHT_REPLY_VALUES = 128
export const MAX_DHT_REPLY_NODES = 64
export const MAX_DHT_REPLY_PEERS = 256
/** "n = name stored by announces (<= 50 bytes)" (§2.6). */
export const MAX_DHT_SWARM_NAME_BYTES = 50
/** "DHT entry expiry 2016 blocks; post<k> 8640 blocks" (§0, twister.h:19-20). */
export const DHT_EXPIRY_BLOCKS = 2016
export const DHT_POST_EXPIRY_BLOCKS = 8640
/** "single following<N>, N = 0…200" (§3.7). */
export const MAX_FOLLOWING_PAGE = 200
/** Ours: a profile has at most 8192 bytes in all. */
export const MAX_PROFILE_FIELD_CODE_POINTS = 2000
/** Characters of the data URL: "<= 4096" by the web client's writer (§3.8), 8192 by the size of p. */
export const MAX_AVATAR_CHARACTERS = 8192

/** "request(k, 0, 16384): always the whole nominal block" (§4.4). */
export const WIRE_BLOCK_BYTES = 16_384
/** Ours, by message id, its byte included (§9 "size cap"; the reference's only cap is 1 MB). */
export const MAX_WIRE_PIECE_BYTES = WIRE_BLOCK_BYTES + 9
export const MAX_WIRE_BITFIELD_BYTES = 65_536 + 1
export const MAX_WIRE_EXTENDED_BYTES = 32 * 1024
export const MAX_WIRE_OTHER_BYTES = 64
/** "hard cap 2^19−2" (§4.1, piece_picker.hpp). */
export const MAX_SWARM_PIECES = 2 ** 19 - 2
/** "nonce = u32 BE (1…9 bytes allowed)" (§4.9). */
export const MAX_HASHCASH_NONCE_BYTES = 9
/** "cap nbits <= 24" when solving (§8.2-10). */
export const MAX_HASHCASH_BITS = 24
export const ALLOWED_FAST_PIECES = 10
/** "ut_pex … <= 100 added" (§4.2). */
export const MAX_PEX_PEERS = 100
export const WIRE_EXTENSION_BENCODE = { maxDepth: 10, maxItems: 1000 }

/** Ours: a text longer than any post or profile is shown without markup. */
export const MAX_TEXT_CHARACTERS = 20_000
