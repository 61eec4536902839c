// Bounds of node/dht. The numbers of the reference are named where they come from (dht-swarm-posts.md).

/** "k | 8" (spec 2.5, node.cpp:123). */
export const BUCKET_SIZE = 8
/** "alpha | 5 (branching)" (spec 2.5). */
export const LOOKUP_ALPHA = 5
/** "candidates kept | 100" (spec 2.5). */
export const LOOKUP_MAX_CANDIDATES = 100
/** "1 s short (opens another slot, late reply still used), 8 s final" (spec 2.5). */
export const QUERY_SLOW_MS = 1_000
export const QUERY_TIMEOUT_MS = 8_000

/** "1000 packets / 5 s / IP -> 5 min" is the reference's flood ban (spec 8.4): we stay below it towards everyone. */
export const PACE_PER_SECOND = 150
export const PACE_BURST = 200
export const MAX_QUEUED_DATAGRAMS_PER_IP = 400
export const MAX_PACED_IPS = 4_096
/** What one address may send us before it is ignored for a while; the reference's own number. */
export const FLOOD_PER_SECOND = 200
export const FLOOD_BURST = 800
export const MAX_FLOOD_IPS = 4_096
/** Bytes one address may make us send, so that nobody is flooded in its name ("amplification", spec 8.1 #13). */
export const REPLY_BYTES_PER_SECOND = 64 * 1024
export const REPLY_BYTES_BURST = 512 * 1024

/** Asked of the system, which may give less. */
export const RECEIVE_BUFFER_BYTES = 1024 * 1024
export const MAX_TRANSACTIONS = 4_096
export const MAX_BOOTSTRAP_CONTACTS = 256
/** An address that did not answer is left out of look-ups for so long. */
export const SILENT_MS = 60_000
export const MAX_SILENT = 4_096
export const MAX_SAVED_CONTACTS = 200
/** Known senders that we have not pinged ourselves are pinged at most this often. */
export const PING_NEWCOMER_MS = 30_000
export const MAX_PINGED_NEWCOMERS = 2_048
/** A contact is given up after so many unanswered queries in a row. */
export const MAX_CONTACT_FAILURES = 3

/** "Secret rotates every 5 min, current and previous accepted" (spec 2.7). */
export const TOKEN_ROTATION_SECONDS = 300

/** "Tracker | 100 peers per reply, 2000 targets, 45 min" (spec 8.4). */
export const TRACKER_MAX_TARGETS = 2_000
export const TRACKER_MAX_PEERS_PER_TARGET = 200
export const TRACKER_MAX_TARGETS_PER_IP = 400
export const TRACKER_MAX_PEERS_PER_IP = 4
export const TRACKER_REPLY_PEERS = 100
export const TRACKER_PEER_SECONDS = 45 * 60

/** "max values kept per multi target | 32" (spec 0). */
export const MAX_MULTI_VALUES = 32
/** "take <= 16 closest confirmed nodes" (spec 3.3-12). */
export const NEIGHBOURS = 16
/** What a getData reply needs besides its values: envelope, id, token, eight nodes. */
export const REPLY_OVERHEAD_BYTES = 350
export const REPLY_ITEMS_OVERHEAD = 10
/** Own bounds on what strangers make us keep (spec 8.1 #6, #7). */
export const MAX_MULTI_VALUES_PER_SIGNER = 8
export const MAX_STORED_TARGETS = 20_000
export const MAX_TARGETS_PER_SIGNER = 1_000
export const MAX_PUTS_PER_MINUTE_PER_IP = 600
/** Values of strangers go to the disk together, so long after the first, or when there are so many. */
export const WRITE_ITEMS_MS = 250
export const MAX_UNWRITTEN_ITEMS = 256
/** A key registered so many blocks before a value came cannot have been replaced by a reorganisation since. */
export const KEY_REORG_BLOCKS = 20

/**
 * A get ends so long after its first verified value, and in any case after this. Longer than the short time-out of a
 * query: a slow node may hold a newer value than a quick one.
 */
export const GET_SETTLE_MS = 1_500
export const GET_TOTAL_MS = 10_000

/** Values of one reply that are looked at: the reference never holds more than 32. */
export const MAX_REPLY_VALUES_CHECKED = 64

/** "Unconfirmed (own, fresh) | every 1 min" and "Confirmed items | every 60 min" (spec 3.6). */
export const REPUT_UNCONFIRMED_MS = 60_000
export const REPUT_CONFIRMED_MS = 3_600_000
/** "multi only if r = mention or the item is local and < 2 days old" (spec 3.6). */
export const REPUT_MULTI_SECONDS = 2 * 24 * 3600
/** "First refresh spread over 1 min + random·60 min" after a start (spec 2.9). */
export const FIRST_REPUT_MS = 60_000
export const MAX_REFRESHED_ITEMS = 60_000
export const MAX_REPUTS_AT_ONCE = 4

/** "<= 200 usernames; pages from N=1", "<= 50 pages" (spec 3.8). */
export const MAX_FOLLOWING_PAGES = 50

/** What upkeep does how often; a loopback network is quicker, so that a demo is alive at once. */
export const UPKEEP_MS = 5_000
export const UPKEEP_LOOPBACK_MS = 1_000
/** "own id every 15 min; otherwise the least-active bucket if idle >= 15 min" (spec 2.5). */
export const SELF_LOOKUP_MS = 15 * 60_000
export const SELF_LOOKUP_LOOPBACK_MS = 30_000
export const STALE_CONTACT_MS = 15 * 60_000
export const STALE_CONTACT_LOOPBACK_MS = 20_000
/** Given addresses are pinged again while the table has fewer than this: "or < 5 nodes" (spec 2.9). */
export const FEW_CONTACTS = 5
export const BOOTSTRAP_AT_ONCE = 16
export const BOOTSTRAP_RETRY_MS = 30_000
export const BOOTSTRAP_RETRY_LOOPBACK_MS = 3_000
export const SAVE_CONTACTS_MS = 60_000
/** "Peers expire …, checked every 2 min" (spec 2.6). */
export const EXPIRE_TRACKER_MS = 120_000
export const EXPIRE_ITEMS_MS = 600_000

/** How often the resources of a followed user are fetched anew. */
export const REFRESH_MS = 30 * 60_000
export const STATUS_MS = 2 * 60_000
export const REFRESH_LOOPBACK_MS = 15_000
export const STATUS_LOOPBACK_MS = 5_000
export const REFRESH_TICK_MS = 1_000
/** Users whose resources are fetched at the same time. */
export const MAX_REFRESHES_AT_ONCE = 8
