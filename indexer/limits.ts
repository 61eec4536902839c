/** Items that wait for a name, a height or a parent; the oldest above go to quarantine. */
export const PENDING_ITEMS = 20_000
/** Refused items kept for people to look at; the oldest above are forgotten. */
export const QUARANTINE_ITEMS = 20_000
export const QUARANTINE_BYTES_PER_ITEM = 65_536
export const DETAIL_CHARACTERS = 200

/** Posts looked at in one go when something is blocked. */
export const HIDING_ROWS = 5_000
/** What an operator may block: every batch of posts is held against it. */
export const MAX_BLOCKS = 10_000
export const MAX_BLOCK_REASON = 500
export const MAX_BLOCKED_WORD = 100
/** Post numbers derived in one go. */
export const DERIVE_KEYS = 2_000
/** A tag longer than this is nobody's to look up, and would not fit into an index entry. */
export const MAX_TAG_BYTES = 255
/** "≤ 50 pages, stops at first missing/empty page" (dht-swarm-posts.md 3.8). */
export const FOLLOWING_PAGES = 50
/** Pages of one list are written one after another: what is gone for no longer has moved from one to another. */
export const FOLLOWING_MOVE_S = 3_600
/** The newest versions of each value of a user that a history looks back on. */
export const HISTORY_VERSIONS = 200

/** Threads that recover signers, at most; one processor stays with the thread that parses and writes. */
export const MAX_RECOVER_THREADS = 4
/** Fewer claims than this are recovered where they are: that is sooner done than sent. */
export const CLAIMS_FOR_THREADS = 32
/** Signers that are remembered by what they signed: about 10 MB. */
export const SIGNERS_REMEMBERED = 30_000

/** Jobs of the queue that one process takes at a time, so that the next are read while one is written. */
export const JOBS_AT_ONCE = 16
/** Transactions of one process that write at the same time. */
export const WRITERS = 2
/** Items written in one transaction: jobs that wait are written together up to this. */
export const ITEMS_PER_WRITE = 2_000

/** Names whose keys, and heights whose times, are kept in memory while the tip stands; all are fetched again then. */
export const NAMES_KEPT = 20_000
/** Headers kept in memory: more than a retarget interval on top of another. */
export const HEADERS_KEPT = 8_192
/** Rounds of blocks that waited for blocks that waited …; what is left waits for the next batch. */
export const PENDING_ROUNDS = 10_000

export const DATABASE_CONNECTIONS = 4
export const DATABASE_RETRY_MS = 500
/** A database that does not answer at start is given this long. */
export const DATABASE_ANSWER_MS = 3_000
export const SCHEMA_WAIT_MS = 60_000
export const CONFLICT_RETRIES = 5
export const STATUS_EVERY_MS = 2_000
export const CLOSE_WITHIN_MS = 6_000
export const CURSOR_RETRY_MS = 500
/** Batches that come without those before them for this long: the node is asked to send again. */
export const GAP_MS = 15_000
/** Nodes that are watched for it. */
export const NODES = 64

/** The index is compared with its nodes: so often, so many users and nodes each time. */
export const RECONCILE_EVERY_MS = 5_000
export const COMPARE_USERS = 20
export const COMPARE_NODES = 8
/** A user in whom nothing differs is looked at again after this; one in whom something does, soon, then ever more seldom. */
export const COMPARE_EQUAL_S = 3_600
export const COMPARE_AGAIN_S = 15
export const COMPARE_MAX_S = 24 * 3_600
export const CHAIN_EQUAL_S = 300
export const CHAIN_AGAIN_S = 30
export const COMPARE_JITTER = 0.2
/** What is left of users whom nobody follows any more goes once in so many passes. */
export const FORGET_EVERY_PASSES = 100
/** A node that has been silent for longer is not compared with. */
export const NODE_SPOKE_S = 600

/** What a node said of the users it follows is forgotten when it has been silent for so long. */
export const NODE_FORGOTTEN_S = 24 * 3600
/** Fetches on demand whose result is kept for the site; the oldest above are forgotten. */
export const FETCHES_KEPT = 10_000
/** Visitors' wishes that are passed to the node: so many a minute, each user once in so long. */
export const WANTED_PER_MINUTE = 30
export const WANTED_AGAIN_MS = 10 * 60_000
/** Users whose last wish is remembered, and wishes that wait to be looked up. */
export const MAX_WANTED_REMEMBERED = 10_000
export const MAX_WANTED_WAITING = 100

/** A rebuild's sessions: one reads, the others write side by side. */
export const REBUILD_CONNECTIONS = 4
/** Names whose histories a rebuild keeps in memory. */
export const REBUILD_NAMES = 50_000
/** Posts and owners of values that a round of catching up takes: as long as that lasts, nobody else writes. */
export const CATCH_UP_USERPOSTS = 2_000
export const CATCH_UP_OWNERS = 500
/** How often the locks on all tables are asked for, each time for 0.3 s, and how long others are let through between. */
export const REBUILD_LOCK_RETRIES = 600
export const REBUILD_LOCK_RETRY_MS = 200
export const REBUILD_STATE_EVERY_MS = 2_000
export const REBUILD_LOGGED_MS = 10_000
/** A rebuild that failed, or that another process is at. */
export const REBUILD_AGAIN_MS = 30_000

/** Marks that a counter takes at once; what is many times in one batch is counted once. */
export const COUNT_MARKS = 20_000
/** From a commit until its totals are counted: what comes meanwhile is counted with it. */
export const COUNT_SOON_MS = 100
/** What another process wrote and did not count is looked for so often. */
export const COUNT_EVERY_MS = 1_000
/** Counting takes this part of the time at most, so that a flood of posts is written first. */
export const COUNT_SHARE = 1 / 3
/** Marks taken until their room is given back. */
export const COUNT_SWEPT_MARKS = 200_000
/** Events numbered in one transaction. */
export const SEQUENCE_DRAFTS = 5_000
/** What another process drafted and did not note is looked for so often; after another sequencer was met, sooner. */
export const SEQUENCE_EVERY_MS = 500
export const SEQUENCE_BUSY_MS = 20
/** "resumable with Last-Event-ID over at least 24 h", and two hours for clocks that differ. */
export const STREAM_KEPT_MS = 26 * 3_600_000
/** Events kept at most: some 100 MB. More of them in a day, and the oldest go sooner. */
export const STREAM_EVENTS = 1_000_000
export const STREAM_PRUNE_EVENTS = 10_000
export const STREAM_PRUNE_EVERY_MS = 60_000
/** What was signed longer ago is not told one by one when it comes: a node that catches up would tell of years. */
export const STREAM_NEW_S = 24 * 3_600
/** Changes of one list told one by one; of more it is told that the list is another. */
export const STREAM_FOLLOWS = 100
/** What a check names one by one; the rest is counted. */
export const VERIFY_PROBLEMS = 100
/** Once nobody writes: what was blocked in the last moment is counted anew, which lasts. */
export const VERIFY_ATTEMPTS = 5

/** A line of an export: the longest record (node/outbox/limits.ts) in base64, and what stands around it. */
export const MAX_IMPORT_LINE_BYTES = 1_500_000
export const IMPORT_BATCH_ITEMS = 1_000
export const IMPORT_BATCH_BYTES = 4_000_000
/** Bad lines that are named; the rest is counted. */
export const IMPORT_BAD_LINES = 100
