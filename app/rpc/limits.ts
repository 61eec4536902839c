/** Bounds of /rpc. Sizes in bytes, times in milliseconds. */
export const MAX_RPC_BODY_BYTES = 128 * 1024
export const RPC_BODY_TIMEOUT_MS = 10_000
export const MAX_RPC_BATCH = 100
/** Calls of a batch behind so much answer are not begun. */
export const MAX_RPC_ANSWER_BYTES = 4 * 1024 * 1024
export const RPC_CALL_TIMEOUT_MS = 5_000
/** All calls of a batch. */
export const RPC_BATCH_TIMEOUT_MS = 10_000
/** Requests at once, and those that wait for their turn: the rest of the database's connections are for pages. */
export const MAX_RPC_AT_ONCE = 4
export const MAX_RPC_WAITING = 64
export const MAX_RPC_PER_READER = 16
export const MAX_RPC_HELP_NAME_CHARACTERS = 40
/** Items of an answer; whoever asks for more gets so many. */
export const MAX_RPC_POSTS = 100
export const MAX_RPC_FAVOURITES = 200
export const MAX_RPC_MENTIONS = 200
export const MAX_RPC_FOUND = 100
export const MAX_RPC_NAMES = 100
export const MAX_RPC_PROMOTED = 1_000
/** Users named in one call. */
export const MAX_RPC_USERS = 200
/** Characters of a text to search for. */
export const MAX_RPC_SEARCH_CHARACTERS = 400
export const MAX_RPC_SEARCH_WORDS = 20
