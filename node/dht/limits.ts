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
export const REPLY_BYTES_PER_SECOND = 128 * 1024
export const REPLY_BYTES_BURST = 1024 * 1024

export const MAX_TRANSACTIONS = 4_096
export const MAX_BOOTSTRAP_CONTACTS = 256
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
/** Own bounds on what strangers make us keep (spec 8.1 #6, #7). */
export const MAX_MULTI_VALUES_PER_SIGNER = 8
export const MAX_STORED_TARGETS = 20_000
export const MAX_TARGETS_PER_SIGNER = 1_000
export const MAX_PUTS_PER_MINUTE_PER_IP = 600

/** A get ends so long after its first verified value, and in any case after this. */
export const GET_SETTLE_MS = 100
export const GET_TOTAL_MS = 10_000

/** "Unconfirmed (own, fresh) | every 1 min" and "Confirmed items | every 60 min" (spec 3.6). */
export const REPUT_UNCONFIRMED_MS = 60_000
export const REPUT_CONFIRMED_MS = 3_600_000
export const MAX_OWN_ITEMS = 10_000

/** "<= 200 usernames; pages from N=1", "<= 50 pages" (spec 3.8). */
export const MAX_FOLLOWING_PAGES = 50
