/** Bounds of the HTTP front. Sizes in bytes, times in milliseconds. */
export const MAX_URL_LENGTH = 2048
export const RESPONSE_CACHE_BYTES = 64 * 1024 * 1024
/** However often the index changes, an answer is made again only after so long. */
export const MIN_FRESH_MS = 200
/** While nothing is heard of changes, an answer is believed for so long. */
export const UNHEARD_FRESH_MS = 1500
/** How often it is tried whether changes are heard of, and how long the echo may take. */
export const ECHO_EVERY_MS = 2_000
export const ECHO_TIMEOUT_MS = 5_000
/** Shorter bodies are sent as they are. */
export const MIN_CODED_BYTES = 600
export const MAX_RENDERS_AT_ONCE = 64
/** With those that wait for their turn; and of them for one reader, who may not keep all others waiting. */
export const MAX_RENDERS_IN_WORK = 512
export const MAX_RENDERS_PER_READER = 16
/** What was hidden while an answer was being made has it made again, so often. */
export const MAX_RENDERS_IN_ROW = 3
/** What could not be made again is not tried for so long, and what was there before is sent. */
export const FAILED_AGAIN_MS = 1_000
/** The same for whoever has waited so long. */
export const PATIENCE_MS = 3_000
export const RENDER_TIMEOUT_MS = 15_000
export const HEADERS_TIMEOUT_MS = 10_000
/** Until the whole of a request has arrived, its body included. */
export const REQUEST_TIMEOUT_MS = 30_000
export const MAX_HEADER_BYTES = 16 * 1024
export const KEEP_ALIVE_TIMEOUT_MS = 30_000
/** How often it is looked for connections on which no request has arrived in time. */
export const CONNECTIONS_LOOK_MS = 5_000
export const MAX_CONNECTIONS = 10_000
/** Of one address; of those on this machine or in a private network, and of proxies, as many as fit. */
export const CONNECTIONS_PER_CLIENT = 200
/** Requests sent on one connection before the first of them is answered: each is kept in memory until its turn. */
export const MAX_REQUESTS_IN_ROW = 16
/** A reader who takes nothing of an answer for so long is parted with. */
export const UNTAKEN_ANSWER_TIMEOUT_MS = 60_000
export const STOP_TIMEOUT_MS = 3_000
export const DATABASE_PING_TIMEOUT_MS = 1_500
export const AVATAR_CACHE_BYTES = 16 * 1024 * 1024
export const AVATAR_MAX_PIXELS = 2048 * 2048
export const AVATAR_SIDE_PX = 128
export const AVATARS_AT_ONCE = 4
/** A page shows some dozens of them, which a reader's browser fetches side by side. */
export const MAX_AVATARS_WAITING = 500
/** Visitors' wishes for users who are not followed: so many a minute, each user once in so long. */
export const WANTED_PER_MINUTE = 20
export const WANTED_AGAIN_MS = 10 * 60_000
export const MAX_WANTED_REMEMBERED = 10_000
/** Requests of one reader; of one on this machine or in a private network, which may be all readers of a proxy. */
export const REQUESTS_PER_MINUTE = 600
export const LOCAL_REQUESTS_PER_MINUTE = 60_000
/** Of a request: what a picture counts, of which a page has some dozens. */
export const PICTURE_WEIGHT = 0.1
export const MAX_CLIENTS_REMEMBERED = 20_000
/** Of one address; of those on this machine or in a private network as many as fit. */
export const ARCHIVES_PER_CLIENT = 2
/** A reader of an archive who takes less than this in so long, while there is something to take, is parted with. */
export const MIN_ARCHIVE_PACE_BYTES = 256 * 1024
export const ARCHIVE_LOOK_MS = 30_000
/** Each holds the names of 50 000 pages. */
export const MAX_SITEMAPS_AT_ONCE = 2
export const SITEMAP_TIMEOUT_MS = 60_000
export const STREAM_BROTLI_QUALITY = 4

/** Questions of readers of which it is known where the answer is kept, and the longest of them, in characters. */
export const MAX_QUESTIONS_REMEMBERED = 4000
export const MAX_QUESTION_LENGTH = 1000
