// Bounds of what wires the node's parts together.

/** Users followed at once, whatever the reason; the inventory has a row for each. */
export const MAX_FOLLOWED = 20_000
/** Unfollowed users that are remembered; the oldest above are forgotten, and may be crawled to again. */
export const MAX_UNFOLLOWED = 20_000
