// Bounds of node/refresh: how much is asked of the DHT, and how much is remembered of what to ask.

/**
 * Look-ups a minute and, after a quiet time, at once; all kinds and users together. One is 10 to 20 datagrams. On a
 * network of this machine nobody else is bothered.
 */
export const LOOKUPS_PER_MINUTE = 240
export const LOOKUPS_BURST = 60
export const LOOKUPS_LOOPBACK_PER_MINUTE = 1_200
export const LOOKUPS_LOOPBACK_BURST = 400
export const LOOKUPS_AT_ONCE = 8
/** Look-ups of others (posts that are missing) that wait for the budget; more are not made. */
export const MAX_WAITING_LOOKUPS = 64

/** On a network of this machine every interval is so much shorter, and none longer than this. */
export const LOOPBACK_QUICKER = 120
export const LOOPBACK_MAX_S = 60

/** An interval after something new, after the same as before, after nothing. */
export const QUICKER = 0.5
export const SLOWER = 1.25
export const MUCH_SLOWER = 2
/** Intervals vary by a fifth either way, so that nodes that started together do not ask together. */
export const JITTER = 0.2
/** What fell due while the node was down is spread over so long. */
export const CATCH_UP_S = 300

/** Recent posts of followed users whose replies and retwists are asked for: of one user, and of all. */
export const MAX_RECENT_POSTS_PER_USER = 16
export const MAX_RECENT_POSTS = 20_000
/** Numbers below the newest post that are read for them from the disk. */
export const RECENT_NUMBERS_READ = 48
/** Tags in use: of one post, and of all. A multi's p has 768 bytes at most, with the post in it. */
export const MAX_TAGS_PER_POST = 5
export const MAX_TAG_BYTES = 512
export const MAX_TAGS = 2_000
/** "<= 50 pages" (dht-swarm-posts.md 3.8). */
export const MAX_FOLLOWING_PAGES = 50

export const TICK_MS = 1_000
/** Users looked at in one tick: their recent posts are read, and what has expired goes. */
export const USERS_SWEPT_PER_TICK = 20
/** How often what changed goes to the disk. */
export const SAVE_MS = 30_000
/** A clock that is set back by more than this has the intervals start anew. */
export const CLOCK_SET_BACK_S = 60
/** What was not found is asked for again each time that twice as many nodes are known, up to so many. */
export const MANY_CONTACTS = 32
