// Bounds of node/dht. The numbers of the reference are named where they come from (dht-swarm-posts.md).

/** "k | 8" (spec 2.5, node.cpp:123). */
export const BUCKET_SIZE = 8
/** "alpha | 5 (branching)" (spec 2.5). */
export const LOOKUP_ALPHA = 5
/** "candidates kept | 100" (spec 2.5). */
export const LOOKUP_MAX_CANDIDATES = 100
/** Nodes of one /28 that wait for the one which stands for them to fail. */
export const LOOKUP_MAX_PARKED = 64
/** Ours, when diverse: nodes of one /16 that one look-up asks, over all its paths (spec 8.1 #4). */
export const LOOKUP_MAX_PER_16 = 4
/** Ours, when diverse: paths of a get of a followed user's data, none of which asks whom another asks. */
export const LOOKUP_PATHS = 3
/** How much longer than the short time-out a look-up waits for a first answer. */
export const LOOKUP_SILENCE_MS = 2_000
export const LOOKUP_GRACE_MS = 30
/** "1 s short (opens another slot, late reply still used), 8 s final" (spec 2.5). */
export const QUERY_SLOW_MS = 1_000
export const QUERY_TIMEOUT_MS = 8_000

/** "1000 packets / 5 s / IP -> 5 min" is the reference's flood ban (spec 8.4): we stay below it towards everyone. */
export const PACE_PER_SECOND = 150
export const PACE_BURST = 200
export const MAX_QUEUED_DATAGRAMS_PER_IP = 400
/** Ours, to all addresses together. */
export const PACE_ALL_PER_SECOND = 1_500
export const PACE_ALL_BURST = 3_000
export const MAX_QUEUED_DATAGRAMS = 8_192
export const MAX_PACED_IPS = 4_096
/** What one address may send us before it is ignored for a while; the reference's own number. */
export const FLOOD_PER_SECOND = 200
export const FLOOD_BURST = 800
export const MAX_FLOOD_IPS = 4_096
/** Of one /24, in addresses' worth: "token bucket per /24" (spec 8.1 #20). */
export const SUBNET_FLOOD_FACTOR = 4
/** Heard of an address besides, while we wait for an answer of it. */
export const ANSWER_PER_SECOND = 50
export const ANSWER_BURST = 200
/** Addresses shown as flooding, and for how long. */
export const MAX_FLOODERS_SHOWN = 64
export const FLOODER_SHOWN_MS = 5 * 60_000
/**
 * Bytes one address may make us send, so that nobody is flooded in its name ("amplification", spec 8.1 #13): little while
 * it has not shown, by an answer to a question of ours, that it is there.
 */
export const REPLY_BYTES_PER_SECOND = 64 * 1024
export const REPLY_BYTES_BURST = 512 * 1024
export const UNPROVEN_BYTES_PER_SECOND = 8 * 1024
export const UNPROVEN_BYTES_BURST = 64 * 1024
export const REPLY_BYTES_ALL_PER_SECOND = 1024 * 1024
export const REPLY_BYTES_ALL_BURST = 8 * 1024 * 1024
export const PROVEN_MS = 10 * 60_000
/** Who has lied is left alone for so long. */
export const DISTRUST_SCORE = 100
export const DISTRUST_MS = 3_600_000
export const MAX_DISTRUSTED = 4_096
export const MAX_DISTRUSTED_SHOWN = 64
/** Different words of strangers that are counted one by one. */
export const MAX_COUNTED_WORDS = 64
export const MAX_COUNTED_WORD_LENGTH = 64

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
export const PING_NEWCOMERS_PER_SECOND = 20
export const PING_NEWCOMERS_BURST = 200
/** A contact is given up after so many unanswered queries in a row. */
export const MAX_CONTACT_FAILURES = 3

/** "later the winner is replaced after >= 50 votes or 5 min" (spec 2.4). */
export const VOTES_TO_REPLACE_IP = 50
export const REPLACE_IP_AFTER_MS = 5 * 60_000
/** Ours: or after so many that nearly all agree. */
export const VOTES_TO_CORRECT_IP = 8
export const MAX_IP_VOTERS = 500

/** "Secret rotates every 5 min, current and previous accepted" (spec 2.7). */
export const TOKEN_ROTATION_MS = 300_000
export const TOKEN_SECRET_BYTES = 16

/** "Tracker | 100 peers per reply, 2000 targets, 45 min" (spec 8.4). */
export const TRACKER_MAX_TARGETS = 2_000
export const TRACKER_MAX_PEERS_PER_TARGET = 200
export const TRACKER_MAX_TARGETS_PER_IP = 400
export const TRACKER_MAX_PEERS_PER_IP = 4
/** Users whose swarm we look for ourselves. */
export const MAX_TRACKED_NAMES = 20_000
/** Peers that one search may find. */
export const MAX_FOUND_PEERS = 500
export const TRACKER_REPLY_PEERS = 100
export const TRACKER_PEER_MS = 45 * 60_000

/** "max values kept per multi target | 32" (spec 0). */
export const MAX_MULTI_VALUES = 32
/** "take <= 16 closest confirmed nodes" (spec 3.3-12). */
export const NEIGHBOURS = 16
/** What a getData reply needs besides its values: envelope, id, token, eight nodes. */
export const REPLY_OVERHEAD_BYTES = 350
export const REPLY_ITEMS_OVERHEAD = 10
/** Own bounds on what strangers make us keep (spec 8.1 #6, #7). */
export const MAX_MULTI_VALUES_PER_SIGNER = 8
export const MAX_STORED_VALUES = 20_000
export const MAX_STORED_BYTES = 64 * 1024 * 1024
export const MAX_VALUES_PER_SIGNER = 1_000
export const MAX_BYTES_PER_SIGNER = 2 * 1024 * 1024
/** Of resources that no known client writes. */
export const MAX_UNKNOWN_KINDS_PER_SIGNER = 32
export const MAX_VALUES_PER_FOLLOWED = 8_000
export const MAX_PUTS_PER_MINUTE_PER_IP = 600
/** Of all together: each costs one or two checks of a signature, 70 µs each. */
export const MAX_PUTS_PER_SECOND = 500
export const MAX_PUTS_BURST = 2_000
/** Values of strangers go to the disk together, so long after the first, or when there are so many. */
export const WRITE_ITEMS_MS = 250
export const MAX_UNWRITTEN_ITEMS = 256
/** A key registered so many blocks before a value came cannot have been replaced by a reorganisation since. */
export const KEY_REORG_BLOCKS = 20
export const MAX_VERIFIED_KEYS = 8_192
/** Held values that are looked at for expiry at one tick of upkeep. */
export const EXPIRE_ITEMS_AT_ONCE = 100

/**
 * A get ends so long after its first verified value, and in any case after this. Longer than the short time-out of a
 * query: a slow node may hold a newer value than a quick one.
 */
export const GET_SETTLE_MS = 1_500
export const GET_TOTAL_MS = 10_000

/** Where all who had something lied, those further off are asked too: so many more times, from so many contacts. */
export const MAX_SEARCH_ROUNDS = 3
export const SEARCH_AGAIN_SEEDS = 64

/** Values of one reply that are looked at: the reference never holds more than 32. */
export const MAX_REPLY_VALUES_CHECKED = 40
/** And of all replies to one get: 8 honest ones with 32 each, and as many others. */
export const MAX_VALUES_CHECKED_PER_GET = 512

/** "Unconfirmed (own, fresh) | every 1 min" and "Confirmed items | every 60 min" (spec 3.6). */
export const REPUT_UNCONFIRMED_MS = 60_000
export const REPUT_CONFIRMED_MS = 3_600_000
/** "multi only if r = mention or the item is local and < 2 days old" (spec 3.6). */
export const REPUT_MULTI_SECONDS = 2 * 24 * 3600
/** "First refresh spread over 1 min + random·60 min" after a start (spec 2.9). */
export const FIRST_REPUT_MS = 60_000
export const MAX_REFRESHED_ITEMS = 60_000
export const MAX_REPUTS_AT_ONCE = 4
/** "≥ 500 ms apart" (spec 3.6), "0.5 s·n" (spec 2.9). */
export const REPUT_GAP_MS = 500
export const REPUT_FIRST_ITEM_MS = 500
/** "… or 2 days after adding" (spec 3.6). */
export const UNCONFIRMED_LIFE_MS = 2 * 24 * 3_600_000
/** "k < (highest stored k of that user) − 100 and > 25 posts of that user known" (spec 3.6). */
export const PROLIFIC_OLD_POSTS = 100
export const PROLIFIC_POSTS = 25
export const MAX_THINNED_USERS = 4_096

/** What upkeep does how often; a loopback network is quicker, so that a demo is alive at once. */
export const UPKEEP_MS = 5_000
export const UPKEEP_LOOPBACK_MS = 1_000
/** "own id every 15 min; otherwise the least-active bucket if idle >= 15 min" (spec 2.5). */
export const SELF_LOOKUP_MS = 15 * 60_000
export const SELF_LOOKUP_LOOPBACK_MS = 30_000
export const IDLE_BUCKET_MS = 15 * 60_000
export const IDLE_BUCKET_LOOPBACK_MS = 60_000
/** "at most one per 45 s" (spec 2.5). */
export const REFRESH_BUCKET_MS = 45_000
/** Contacts pinged at one tick. */
export const STALE_AT_ONCE = 4
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
