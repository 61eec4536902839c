/** "max 125 connections, 8 outbound, so 117 inbound" (chain.md 5.11). */
export const MAX_INBOUND = 117
export const MAX_OUTBOUND = 8
/** "connect timeout 5 s" (chain.md 5.11). */
export const CONNECT_TIMEOUT_MS = 5000
/** Inbound places of one machine, and of one /16 (IPv6: /64 and /32). */
export const MAX_INBOUND_PER_SITE = 5
export const MAX_INBOUND_PER_GROUP = 25
/** "no byte received or sent within 60 s → close" (chain.md 5.11): ours waits so long for the version message. */
export const HANDSHAKE_TIMEOUT_MS = 60_000
/** Who dials has to speak first, and has nothing to wait for. */
export const INBOUND_HANDSHAKE_TIMEOUT_MS = 20_000
export const PEER_CHECK_INTERVAL_MS = 1000
export const FIRST_PING_MS = 5000
export const PING_INTERVAL_MS = 120_000
/** "nothing received for 90 min → close" (chain.md 5.11); ours pings, so silence means death much earlier. */
export const SILENCE_TIMEOUT_MS = 15 * 60_000
/** For peers too old to answer a ping. */
export const OLD_SILENCE_TIMEOUT_MS = 90 * 60_000

/** "Processing pauses while the peer's send queue >= 1 000 000 bytes" (chain.md 5.1). */
export const SEND_PAUSE_BYTES = 1_000_000
/** A peer that lets so much of ours pile up is closed: the pause, and the longest answer (an inv of 50000 entries). */
export const MAX_SEND_QUEUE_BYTES = 3_000_000
/** A peer that takes nothing of what waits for it. */
export const SEND_STUCK_TIMEOUT_MS = 5 * 60_000
/** The reference reads up to 5 000 000 bytes ahead of what it has looked at (chain.md 5.1), with as many peers. */
export const RECEIVE_PAUSE_BYTES = 1_000_000
/** Of all connections together. */
export const MAX_BUFFERED_BYTES = 64_000_000
/** A message that takes longer than this has to come at least so fast. */
export const SLOW_MESSAGE_TIMEOUT_MS = 60_000
export const MIN_MESSAGE_BYTES_PER_S = 1000
/** How long one peer's messages are looked at before others have their turn. */
export const TURN_MS = 10

/** "Sum >= 100 → disconnect and ban the IP for 24 h" (chain.md 5.10). */
export const BAN_SCORE = 100
export const BAN_TIME_S = 24 * 3600
export const MAX_BANS = 10_000
/** Peers that were closed for what they did, kept to be shown. */
export const MAX_OFFENDERS = 100

/** Retries of --connect peers, each a quarter earlier or later. */
export const FIRST_RETRY_MS = 1000
export const MAX_RETRY_MS = 30_000
/** Between two looks for something to dial. */
export const DIAL_INTERVAL_MS = 500

/** Blocks come every ten minutes: after so long without one whoever we dialled is not all there is. */
export const STALE_TIP_MS = 90 * 60_000
export const ROTATION_INTERVAL_MS = 10 * 60_000
export const MIN_ROTATION_AGE_MS = 10 * 60_000

/** Learned addresses that failed wait this long, doubled by each failure up to the maximum. */
export const ADDRESS_RETRY_S = 600
export const MAX_ADDRESS_RETRY_S = 24 * 3600
/** One that worked waits no longer while nobody at all is connected. */
export const LONELY_ADDRESS_RETRY_S = 600
/** After a connection that was good. */
export const ADDRESS_REDIAL_S = 60
/** Addresses never reached, and those that were. */
export const MAX_NEW_ADDRESSES = 4000
export const MAX_TRIED_ADDRESSES = 1000
/** Of those never reached: told by one neighbourhood (/16, or one seed), and lying in one. */
export const MAX_NEW_PER_SOURCE = 600
export const MAX_NEW_PER_GROUP = 64
export const MAX_TRIED_PER_GROUP = 32
/** An address that failed so often and was never reached is dropped. */
export const MAX_ADDRESS_FAILURES = 10
/** So many failures let another port take the place of one that worked. */
export const STALE_PORT_FAILURES = 3
/** Not heard of for so long: whoever is new may have its place. */
export const STALE_ADDRESS_S = 30 * 24 * 3600
export const ADDRESS_SAVE_INTERVAL_MS = 5 * 60_000

/** "reply: max 2500, random" (chain.md 5.4). */
export const MAX_GETADDR_REPLY = 2500
/** "in addr messages of <=1000" (chain.md 5.4); no more wait to be told to one peer. */
export const MAX_ADDRESSES_TO_TELL = 1000
export const MAX_KNOWN_ADDRESSES = 1000
/** Addresses taken from a peer: at once, more with our getaddr's answer, and then so many a second. */
export const FIRST_ADDRESSES = 10
export const ADDRESSES_PER_S = 0.1
export const GOSSIP_INTERVAL_MS = 200
/** "Own address: … rebroadcast every 24 h" (chain.md 5.8). */
export const OWN_ADDRESS_INTERVAL_S = 24 * 3600
/** Peers whose word on our own address is remembered, and how many have to agree. */
export const MAX_OWN_ADDRESS_VOTES = 64
export const MIN_OWN_ADDRESS_VOTES = 3

/** "Fixed seeds used only if the address book is empty 60 s after start" (chain.md 1.5). */
export const FIXED_SEEDS_AFTER_MS = 60_000
/** DNS seeds are asked again while nobody is connected: after this long, then doubled up to the maximum. */
export const SEEDS_AGAIN_MS = 60_000
export const MAX_SEEDS_AGAIN_MS = 3_600_000
/** Addresses taken from one name. */
export const MAX_DNS_RECORDS = 512
export const DNS_TIMEOUT_MS = 5000
export const DNS_TRIES = 2

/** A peer that leaves getheaders unanswered for so long is asked by getblocks from then on. */
export const HEADERS_TIMEOUT_MS = 3000
/** The same of one that sends other things meanwhile. */
export const MAX_HEADERS_WAIT_MS = 15_000
/** Of a peer that has answered before, so many are too many. */
export const MAX_HEADERS_TIMEOUTS = 3
/** Bodies asked of one peer at a time: at first, and of one that delivers all of them soon. */
export const FIRST_BODIES_IN_FLIGHT = 32
export const MAX_BODIES_IN_FLIGHT = 256
/** A body that takes longer is asked of a second peer too, and the first is asked for fewer. */
export const LATE_BODY_MS = 1500
export const MAX_BODY_ASKERS = 2
/** A peer that delivers nothing for so long loses its requests, if others may have what was asked of it. */
export const FIRST_BODY_PATIENCE_MS = 2000
export const MIN_BODY_PATIENCE_MS = 1000
/** The same, in gaps between its deliveries. */
export const PATIENCE_GAPS = 4
/** The same, if nobody else may have it. */
export const BODY_TIMEOUT_MS = 10_000
/** After a stall a peer is asked only if nobody else can be; doubled by each further one. */
export const BODY_REST_MS = 2000
export const MAX_BODY_REST_MS = 60_000
/** Stalls with nothing delivered between them, after which a peer is closed. */
export const MAX_BODY_STALLS = 3
/** Messages of headers of one peer that are being checked, while others of its messages are looked at. */
export const MAX_HEADERS_MESSAGES = 2
/** Headers of all peers that are being checked; of whoever was not asked, none beyond it. */
export const MAX_HEADERS_UNDERWAY = 20_000
/** Blocks of one transaction of the store, and their bytes: some 30 ms, however many registrations they hold. */
export const BLOCKS_PER_WRITE = 128
export const BLOCK_BYTES_PER_WRITE = 100_000
/** Blocks received and not yet checked, before their senders have to wait. */
export const MAX_BLOCK_INBOX = 512
export const MAX_BLOCK_INBOX_BYTES = 8_000_000
/** Blocks whose sender is remembered: as many as may wait for an ancestor's body. */
export const MAX_BLOCK_SENDERS = 4096
/** Blocks asked for by their inv alone: two runs of getblocks. */
export const MAX_BLOCKS_ASKED_BY_INV = 1000
/** A getblocks that would ask the same again waits so long. */
export const GETBLOCKS_REPEAT_MS = 15_000
export const SYNC_TICK_MS = 500

/** "stop after 500" (chain.md 5.6). */
export const GETBLOCKS_ENTRIES = 500
/** "per-peer known-inventory filter (most recent 1000 entries)" (chain.md 5.6). */
export const MAX_KNOWN_INVENTORY = 1000
/** Transactions refused lately, not asked for again. */
export const MAX_REFUSED_TRANSACTIONS = 5000
/** Of one of our messages: "inv messages carry <=1000 entries", "getdata is sent in batches <=1000" (chain.md 5.6, 5.8). */
export const MAX_INV_ENTRIES_SENT = 1000
/** Registrations announced to us that were not sent yet, and how many peers are remembered that have one. */
export const MAX_TRANSACTIONS_ASKED = 5000
export const MAX_TRANSACTION_TELLERS = 8
/** Of a peer that does not send what it announced the next is asked. */
export const TRANSACTION_TIMEOUT_MS = 20_000
/** Registrations that wait to be told to one peer, for as long as they are gathered. */
export const MAX_TRANSACTIONS_TO_TELL = 5000
export const RELAY_INTERVAL_MS = 100
/** "stored 15 minutes in a relay map" (chain.md 5.8). */
export const RELAYED_TRANSACTION_S = 15 * 60
export const MAX_RELAYED_TRANSACTIONS = 5000
/** "re-announce … (e.g. every 30 min)" (chain.md 5.8), so many at a time. */
export const REBROADCAST_INTERVAL_S = 30 * 60
export const REBROADCAST_CHECK_MS = 60_000
export const MAX_REBROADCAST = 500
