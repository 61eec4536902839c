// Bounds of what wires the node's parts together.

/** Users followed at once, whatever the reason; the inventory has a row for each. */
export const MAX_FOLLOWED = 20_000
/** Unfollowed users that are remembered; the oldest above are forgotten, and may be crawled to again. */
export const MAX_UNFOLLOWED = 20_000
/** How often followed names are looked for on a chain that has grown. */
export const REGISTERED_LOOK_MS = 500

/** Posts that one message of the reconciler may have sent again, and all of them: each is one more line of the outbox. */
export const MAX_RESENT_NUMBERS = 2_000
export const RESENT_PER_SECOND = 50
export const RESENT_BURST = 20_000

/** Users fetched on demand at a time, and how many more may wait: "at most N at once, queue bounded". */
export const FETCHES_AT_ONCE = 4
export const MAX_WAITING_FETCHES = 200
/** Of those, visitors of the site may take up so many: the operator's wait for nobody. */
export const MAX_WAITING_VISITORS = 100
/** A user is not fetched again before this has passed. */
export const FETCH_AGAIN_S = 10 * 60
/** What came of the last fetches is remembered for so many users, and told the index again for so long. */
export const MAX_FETCHES_REMEMBERED = 2_000
export const FETCH_TOLD_MS = 30_000
/** One fetch ends after this, with what it has. */
export const FETCH_TOTAL_MS = 45_000
/** The walk of posts in the DHT: so many posts, so many at a time, and its end after so many rounds without any. */
export const MAX_WALKED_POSTS = 50
export const WALK_AT_ONCE = 4
export const MAX_EMPTY_ROUNDS = 2
/** The visit in the user's swarm: so many of its newest posts, within so long, and its end when nothing comes. */
export const MAX_VISITED_POSTS = 200
export const VISIT_MS = 25_000
export const VISIT_LONELY_MS = 10_000
export const VISIT_LONELY_LOOPBACK_MS = 3_000
export const VISIT_QUIET_MS = 2_500
export const VISIT_LOOK_MS = 250
