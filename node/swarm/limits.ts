// Bounds of node/swarm. The numbers of the reference are named where they come from (dht-swarm-posts.md).

/** "Limits | handshake 10 s; 60 s peer timeout with keep-alive; request timeout 20 s; 800 connections" (spec 4.3). */
export const HANDSHAKE_TIMEOUT_MS = 10_000
export const CONNECT_TIMEOUT_MS = 10_000
export const REQUEST_TIMEOUT_MS = 20_000
/** The reference pings every minute; a peer silent for so long is gone. */
export const PEER_SILENCE_MS = 150_000
export const MAX_CONNECTIONS = 800
/** The others are for those we dial: who comes in may all be of one mind. */
export const MAX_INCOMING_CONNECTIONS = 600
/** Connections that have not said yet which swarm they are for. */
export const MAX_UNKNOWN_CONNECTIONS = 128
export const MAX_CONNECTIONS_PER_SWARM = 50
/** "connections / per IP | 800 / 1" (spec 8.4); a few, for people behind one address. Not held on loopback. */
export const MAX_CONNECTIONS_PER_IP_AND_SWARM = 3
export const MAX_UNKNOWN_CONNECTIONS_PER_IP = 16
/** Dialling stops above this, listening goes on: "skipped while the torrent has >= 8 connections" (spec 4.2). */
export const ENOUGH_CONNECTIONS = 8

/**
 * Unsent bytes of one slow reader, after which its requests are refused: 250 posts of the greatest size. Who is so slow for
 * a while is dropped, and at once with twice as much.
 */
export const MAX_UNSENT_BYTES = 512 * 1024
export const UNREAD_TIMEOUT_MS = 3_000
/** Unsent bytes of all connections; above it those with the most are dropped. */
export const MAX_UNSENT_TOTAL_BYTES = 64 * 1024 * 1024

/** "<= 250 outstanding" (spec 4.4). */
export const MAX_OUTSTANDING = 250
export const FIRST_OUTSTANDING = 16
/** Unanswered rounds of requests before a peer that has never delivered anything is given up. */
export const MAX_TIMEOUTS = 4
/** How far a peer's numbers may run ahead of our own view of the limit, whose tip may be old. */
export const POST_NUMBER_SLACK = 2_048
/** Posts to keep per user unless configured otherwise: newest first. */
export const DEFAULT_MAX_HISTORY = 10_000
/** How far above its history a user's posts may grow before the oldest go: a share of it, and at least so many. */
export const HISTORY_SLACK = 0.1
export const MIN_HISTORY_SLACK = 50
export const MAX_PRUNED_AT_ONCE = 500
/** Pieces of one user that are kept until the chain admits them: signed, but of a height or number to come. */
export const MAX_EARLY_PIECES = 64
/** Post numbers of one user under which more than one post is kept. */
export const MAX_RIVALS_PER_USER = 256
/** A number whose first peer lets us wait so long is asked of a second one too. */
export const HEDGE_MS = 3_000
export const MAX_ASKED_AT_ONCE = 2
/** How often one peer of a swarm is asked for a post that is held, to see whether it has another one. */
export const PROBE_MS = 60_000
export const PROBE_LOOPBACK_MS = 2_000
/** Where it looks: at a peer's newest posts, and then here and there. */
export const PROBE_NEWEST = 64
export const PROBE_TRIES = 16
export const MAX_PROBES_PER_TICK = 20
/** A post that no peer shows is looked for in the DHT, and again after this. */
export const GAP_RETRY_MS = 60 * 60_000
export const MAX_GAPS_REMEMBERED = 1_000
export const MAX_GAPS_AT_ONCE = 2
/** Connections that are being made. */
export const MAX_DIALLING = 64
/** The swarms' connections are kept for so long while the chain is behind or has no peer: most such pauses are short. */
export const PAUSE_GRACE_MS = 10_000
/** Swarms without a connection that are looked at in one tick, in turn. */
export const MAX_LONELY_PER_TICK = 500
/** With all connections in use, one that has nothing more to give makes room after this. */
export const MIN_STAY_MS = 60_000

/** "20 unchoke slots", "re-evaluated every 15 s" (spec 4.4); pieces are tiny, so each swarm has its own slots. */
export const UNCHOKE_SLOTS = 20
export const CHOKE_ROTATION_MS = 15_000

/** "PEX | 100 per message, 50 kept, 1/min" and "a 7th message within 60 s => disconnect" (spec 4.2, 8.4). */
export const PEX_INTERVAL_MS = 60_000
export const PEX_FIRST_MS = 1_000
export const PEX_MAX_SENT = 50
export const PEX_MAX_KEPT = 50
export const PEX_MAX_PER_MINUTE = 6
/** "peer list 1000 per torrent" (spec 4.3). */
export const MAX_KNOWN_PEERS = 1_000

/** "3 failures; >= 60 s between retries" (spec 4.3); a loopback network is quicker. */
export const RETRY_MS = 60_000
export const MAX_RETRY_MS = 15 * 60_000
export const RETRY_LOOPBACK_MS = 2_000
export const MAX_RETRY_LOOPBACK_MS = 15_000

/** "each torrent about every 15 min, at start, and when DHT nodes were just found" (spec 4.2). */
export const ANNOUNCE_MS = 15 * 60_000
export const ANNOUNCE_LOOPBACK_MS = 20_000
export const TICK_MS = 1_000
/** Look-ups for swarms run at most so many at a time. */
export const MAX_ANNOUNCES_AT_ONCE = 4

/** Posts of all users judged again in one tick, when registrations have changed. */
export const MAX_JUDGED_PER_TICK = 400
/** A piece that may not be judged yet is asked of the same peer again after this. */
export const RETRY_IGNORED_MS = 30_000
export const MAX_IGNORED_PIECES = 1_000
/** Verified pieces that wait for the store; requests stop above it. */
export const MAX_UNSTORED_PIECES = 2_000
/** At this many points an address is banned (spec of the chain network: 100). */
export const BAN_SCORE = 100
export const BAN_SECONDS = 24 * 3_600
export const MAX_BANNED = 4_096
/** Messages of a peer that wait until our own greeting is out. */
export const MAX_HELD_MESSAGES = 1_000

/** Messages that one peer may send at once and in a second, pieces apart; beyond that it is read later. */
export const MESSAGE_BURST = 20_000
export const MESSAGES_PER_S = 2_000
/** A message that has begun must be complete in this time. */
export const MESSAGE_TIMEOUT_MS = 60_000

/** "nbits: 16…31, adaptive" (spec 4.9). */
export const HASHCASH_BITS = 16
export const USER_AGENT = '/windsock:0.1/'
/** "peer-id prefix | -TW1000-" (spec 0). */
export const PEER_ID_PREFIX = '-TW1000-'
/** Two connections of one pair that meet within this time were dialled by both sides at once. */
export const SIMULTANEOUS_MS = 3_000
/** An announcement that nobody took is tried again after this. */
export const ANNOUNCE_RETRY_MS = 60_000
export const ANNOUNCE_RETRY_LOOPBACK_MS = 3_000
/** Bitfields of one connection: the reference repeats them, but each costs a look at every number. */
export const MAX_BITFIELDS = 64
/** A piece that a peer refused is asked of it again after this. */
export const RETRY_REFUSED_MS = 60_000
/** What a peer did not answer at all is asked of it again after this, or when the chain has grown. */
export const RETRY_UNANSWERED_MS = 15 * 60_000
/** Pieces of one peer that may be no good, without being forged, before it is dropped. */
export const MAX_SPOILT = 200
/** Numbers that became free again are looked at together. */
export const REVISE_MS = 30
/** Above this many connections a swarm opens only what it needs to live. */
export const MANY_CONNECTIONS = 600
export const FEW_CONNECTIONS = 2
