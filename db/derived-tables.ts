/**
 * What is derived, and which of it enters a digest. A table of the database that stands neither here nor in
 * NOT_DERIVED, or a column that stands in neither list of its table, fails a test: whoever adds one decides.
 */
export interface DerivedTable {
  /**
   * 'network': follows from signed data alone, so it is the same on any two instances that hold the same. 'pages':
   * counts what readers may see, so it is the same where the operators have hidden the same, too.
   */
  part: 'network' | 'pages'
  columns: readonly string[]
  /** Columns that say something of this instance only, or follow from others; each with its reason beside it. */
  outside: readonly string[]
  /** Unique; texts by their bytes, whatever the database's own collation is. */
  order: string
}

export const DERIVED_TABLES = {
  registration: {
    part: 'network',
    columns: [
      ...[
        'username',
        'height',
        'block_hash',
        'txid',
        'pub_key_script',
        'public_key',
        'kind',
        'tx_index',
        'uid',
        'time',
      ],
    ],
    outside: [],
    order: 'username COLLATE "C", height',
  },
  name: {
    part: 'network',
    columns: [
      ...['username', 'first_height', 'first_time', 'first_tx_index', 'height', 'txid', 'public_key', 'uid'],
      'key_count',
    ],
    outside: [],
    order: 'username COLLATE "C"',
  },
  promoted: {
    part: 'network',
    columns: ['height', 'block_hash', 'username', 'message', 'has_signature', 'time'],
    outside: [],
    order: 'height',
  },
  userpost: {
    part: 'network',
    columns: [
      ...['username', 'k', 'content_hash', 'key_id', 'kind', 'height', 'time', 'sort_time', 'msg', 'msg2'],
      ...['text_length', 'lastk', 'reply_n', 'reply_k', 'inner_n', 'inner_k', 'inner_time', 'inner_height'],
      ...['inner_msg', 'inner_msg2', 'inner_reply_n', 'inner_reply_k', 'inner_content_hash', 'url', 'mimetype'],
      ...['lang', 'rival_count'],
    ],
    // sig_wort is signed by nobody: one instance may have got the piece with it and another without. words follow from
    // the other columns.
    outside: ['has_wort', 'words'],
    order: 'username COLLATE "C", k',
  },
  hashtag: {
    part: 'network',
    columns: ['tag', 'username', 'k', 'sort_time', 'is_dispatched', 'is_linked'],
    outside: [],
    order: 'tag COLLATE "C", username COLLATE "C", k',
  },
  mention: {
    part: 'network',
    columns: ['mentioned', 'username', 'k', 'sort_time', 'is_dispatched', 'is_linked'],
    outside: [],
    order: 'mentioned COLLATE "C", username COLLATE "C", k',
  },
  twist_link: {
    part: 'network',
    columns: ['username', 'k', 'link', 'uid', 'target_k'],
    outside: [],
    order: 'username COLLATE "C", k, link COLLATE "C"',
  },
  profile: {
    part: 'network',
    columns: [
      ...['username', 'fullname', 'bio', 'location', 'url', 'tox', 'bitmessage', 'seq', 'height', 'time'],
      'content_hash',
    ],
    outside: [],
    order: 'username COLLATE "C"',
  },
  profile_version: {
    part: 'network',
    columns: [
      ...['username', 'seq', 'content_hash', 'height', 'time', 'fullname', 'bio', 'location', 'url', 'tox'],
      'bitmessage',
    ],
    outside: [],
    order: 'username COLLATE "C", seq, content_hash',
  },
  avatar: {
    part: 'network',
    columns: ['username', 'mime', 'bytes', 'content_hash', 'seq', 'height', 'time'],
    outside: [],
    order: 'username COLLATE "C"',
  },
  following: {
    part: 'network',
    columns: ['username', 'followed', 'page', 'position'],
    outside: [],
    order: 'username COLLATE "C", followed COLLATE "C"',
  },
  following_span: {
    part: 'network',
    columns: ['username', 'followed', 'since_time', 'since_height', 'until_time', 'until_height'],
    outside: [],
    order: 'username COLLATE "C", followed COLLATE "C", since_time',
  },
  hidden_user: {
    part: 'pages',
    columns: ['username', 'cause', 'reason'],
    outside: [],
    order: 'username COLLATE "C"',
  },
  hidden_userpost: {
    part: 'pages',
    columns: ['username', 'k', 'cause', 'subject', 'reason'],
    outside: [],
    order: 'username COLLATE "C", k',
  },
  userpost_count: {
    part: 'pages',
    columns: ['username', 'k', 'reply_count', 'retwist_count', 'favourite_count', 'day'],
    outside: [],
    order: 'username COLLATE "C", k',
  },
  user_day: {
    part: 'pages',
    columns: [
      ...['username', 'day', 'plain_count', 'reply_count', 'retwist_count', 'favourite_count'],
      ...['private_favourite_count', 'direct_count', 'custom_count', 'known_k', 'first_time', 'last_time'],
    ],
    outside: [],
    order: 'username COLLATE "C", day',
  },
  user_state: {
    part: 'pages',
    columns: [
      ...['username', 'known_k', 'post_count', 'plain_count', 'reply_count', 'retwist_count', 'favourite_count'],
      ...['private_favourite_count', 'direct_count', 'custom_count', 'following_count', 'follower_count'],
      ...['first_time', 'last_time'],
    ],
    outside: [],
    order: 'username COLLATE "C"',
  },
  hashtag_day: {
    part: 'pages',
    columns: ['tag', 'day', 'post_count', 'people_count'],
    outside: [],
    order: 'tag COLLATE "C", day',
  },
  hashtag_author: {
    part: 'pages',
    columns: ['tag', 'username', 'post_count', 'last_time'],
    outside: [],
    order: 'tag COLLATE "C", username COLLATE "C"',
  },
  hashtag_state: {
    part: 'pages',
    columns: ['tag', 'post_count', 'people_count', 'first_time', 'last_time'],
    outside: [],
    order: 'tag COLLATE "C"',
  },
  network_day: {
    part: 'pages',
    columns: ['day', 'post_count', 'author_count', 'name_count'],
    outside: [],
    order: 'day',
  },
  user_year: {
    part: 'pages',
    columns: [
      ...['username', 'year', 'plain_count', 'reply_count', 'retwist_count', 'favourite_count'],
      ...['private_favourite_count', 'direct_count', 'custom_count', 'known_k', 'first_time', 'last_time'],
    ],
    outside: [],
    order: 'username COLLATE "C", year',
  },
  network_year: {
    part: 'pages',
    columns: ['year', 'post_count', 'author_count', 'name_count'],
    outside: [],
    order: 'year',
  },
} as const satisfies Record<string, DerivedTable>

export type DerivedName = keyof typeof DERIVED_TABLES

export const DERIVED_NAMES = Object.keys(DERIVED_TABLES) as DerivedName[]

/** Tables of which no digest is taken: raw data, what this instance was told, and its bookkeeping. */
export const NOT_DERIVED: readonly string[] = [
  ...['block', 'raw_userpost', 'raw_dht_item', 'pending_item', 'quarantine'],
  ...['moderation', 'meta', 'recount', 'outbox_cursor', 'node_status', 'indexer_status', 'inventory', 'user_fetch'],
  'reconciliation',
  // What happened here and when: nothing follows from it.
  ...['stream_draft', 'stream_event'],
  // Rebuilt all the same. Between rebuilds it is only added to: what it holds depends on what came and went.
  'search_word',
]
