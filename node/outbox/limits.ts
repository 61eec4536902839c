/** A job is a run of at most this many items and bytes (the first item always fits). */
export const BATCH_ITEMS = 500
export const BATCH_BYTES = 1_000_000
/** What a reader of the queue accepts. */
export const MAX_ITEMS_IN_BATCH = 10_000
export const MAX_ITEM_BYTES = 1_000_000
export const MAX_NAME_LENGTH = 64

/** Items sent and not yet committed by the indexer: more than that stay in the node's outbox. */
export const WINDOW_ITEMS = 5_000
/** Items in the outbox and not yet committed above which the node stops asking peers for more. */
export const BACKLOG_ITEMS = 50_000

/** Sent, not committed, and the queue is empty for this long: it was lost, send again. */
export const RESEND_AFTER_MS = 3_000
export const PUBLISH_POLL_MS = 1_000
export const HELLO_EVERY_MS = 5_000
export const RETRY_FIRST_MS = 250
export const RETRY_MAX_MS = 5_000
export const CLOSE_WITHIN_MS = 3_000
/** An answer of the queue server that takes longer counts as an outage. */
export const CONNECT_WITHIN_MS = 5_000
/** Connections of one queue or worker to PostgreSQL. */
export const POOL_CONNECTIONS = 2
/** How often a worker is looked at, and how long it may be idle beside waiting jobs. */
export const WORKER_LOOK_MS = 2_000
export const IDLE_TOO_LONG_MS = 15_000
export const ANSWER_WITHIN_MS = 30_000

/** Events that BullMQ keeps per queue (nobody reads them). */
export const QUEUE_EVENTS_KEPT = 100
/** Latest-wins messages waiting above which the queue is emptied before the next. */
export const LATEST_WAITING = 16
/** follow, unfollow and fetch messages that may wait for a node, and above which no visitor's fetch is added. */
export const CONTROL_WAITING = 1_000
export const CONTROL_WAITING_VISITORS = 50
/** Names in one follow or unfollow message. */
export const CONTROL_NAMES = 500
/** Nodes whose cursor queues are kept open. */
export const CURSOR_QUEUES = 8

/** A killed worker's job is free again after the lock's time and one look. */
export const JOB_LOCK_MS = 5_000
export const STALLED_LOOK_MS = 1_500
/** A batch that kills its worker is the node's to send again: it is never given up by the queue. */
export const MAX_STALLED = 1_000_000

export const INVENTORY_ROWS = 20_000
/** Runs of held numbers in an inventory's row; of who has more of them, a part is told each time. */
export const INVENTORY_RUNS = 64
/** Post numbers are smaller. */
export const MAX_NUMBER = 2 ** 31 - 1
/** One repair: runs of numbers, resources, pieces and values; and how many may wait for a node. */
export const REPAIR_RUNS = 128
export const REPAIR_RESOURCES = 8
export const REPAIR_PIECES = 200
export const REPAIR_PIECE_BYTES = 2_048
export const REPAIR_VALUES = 8
export const REPAIR_VALUE_BYTES = 8_192
export const REPAIRS_WAITING = 8
export const STATUS_BYTES = 1_000_000
/** Fetches on demand in one message. */
export const FETCH_ROWS = 500
export const MAX_CODE_LENGTH = 200
