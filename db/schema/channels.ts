/** PostgreSQL notifications. */

/** The indexer tells the sites what changed; the payload is a ChangeMessage (change.ts) as JSON. */
export const CHANGED_CHANNEL = 'windsock_changed'
/** The site asks for a user who is not indexed; the payload is a username. Also a role that may only read can say so. */
export const WANTED_CHANNEL = 'windsock_wanted'
/** The sequencer of the stream tells the site that there are new events; the payload is the id of the last. */
export const STREAM_CHANNEL = 'windsock_stream'
