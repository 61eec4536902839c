import { createHash } from 'node:crypto'
import postgres from 'postgres'
import sharp from 'sharp'
import { openDb, type Transaction } from '../db/client.ts'
import { migrateDatabase } from '../db/migrate.ts'
import { notifyChanged } from '../db/writes/change.ts'
import { countAll } from '../db/writes/count.ts'
import { dispatchedTags } from '../node/protocol/dispatch.ts'

/** The site's clock in page tests: an hour after the last seeded block. */
export const SEED_NOW = 1_795_358_400

interface Inner {
  n: string
  k: number
  msg: string
}

interface SeedPost {
  n: string
  k: number
  msg?: string
  msg2?: string
  reply?: { n: string; k: number }
  rt?: Inner
  fav?: Inner
  url?: string
  mimetype?: string
  isDirect?: boolean
  rivalCount?: number
  ageS?: number
}

const HOSTILE =
  '<script>alert(1)</script><img src=x onerror=alert(1)> "\'&amp; [x](javascript:alert(1)) javascript:alert(1) ' +
  '\u202Egnp.exe\u202C #<b>tag @<i> http://e.example/"onmouseover="alert(1) `</code><script>` twist:AAAAAAAAAAAA='

export const POSTS: SeedPost[] = [
  { n: 'alice', k: 0, msg: 'First post. Hello #twister', ageS: 900_000 },
  ...Array.from({ length: 45 }, (_, at) => ({
    n: 'alice',
    k: at + 1,
    msg: `Reading number ${at + 1}: wind from the *north-west*, ~steady~. #windlog @saltbush http://balcony.example/wind/${at}`,
    ageS: 800_000 - at * 9000,
  })),
  { n: 'alice', k: 46, isDirect: true, ageS: 70_000 },
  { n: 'alice', k: 47, isDirect: true, ageS: 69_000 },
  {
    n: 'alice',
    k: 48,
    rt: { n: 'kobayashi', k: 3, msg: '港の風が変わった。夕方には北西。 #風 #windlog' },
    ageS: 50_000,
  },
  {
    n: 'alice',
    k: 49,
    msg: 'Exactly this. Five years of these, every morning, no server.',
    rt: { n: 'saltbush', k: 9, msg: 'Sunrise reading: 11.2 °C, 1018 hPa, wind SW 2.' },
    ageS: 40_000,
  },
  { n: 'alice', k: 50, fav: { n: 'layla', k: 1, msg: 'صباح الخير من المرفأ. فنجان قهوة #صباح' }, ageS: 30_000 },
  {
    n: 'alice',
    k: 51,
    msg: 'Some notes after running a node on a balcony for a year.\n\nThe part nobody tells you: the chain is the easy half. It syncs in an aft',
    msg2: 'ernoon, it fits on a card, and it never asks for anything again.\n\nSo: leave the node on. #twister #selfhosting',
    ageS: 25_000,
  },
  { n: 'alice', k: 52, reply: { n: 'bob', k: 7 }, msg: '@bob that one has not been seen here.', ageS: 20_000 },
  { n: 'alice', k: 56, msg: 'You can, if somebody kept it. #twister', reply: { n: 'carol', k: 1 }, ageS: 9000 },
  { n: 'carol', k: 0, url: 'magnet:?xt=urn:btih:00', mimetype: 'image/png', ageS: 12_000 },
  { n: 'carol', k: 1, msg: 'Is there any network left where I can read somebody from a decade ago?', ageS: 10_000 },
  { n: 'carol', k: 2, fav: { n: 'alice', k: 56, msg: 'You can, if somebody kept it. #twister' }, ageS: 8000 },
  { n: 'carol', k: 3, rt: { n: 'alice', k: 56, msg: 'You can, if somebody kept it. #twister' }, ageS: 7900 },
  { n: 'carol', k: 4, msg: 'A reply to a promoted message', reply: { n: '!bob', k: 5 }, ageS: 7000 },
  { n: 'carol', k: 5, msg: 'one number, two posts', rivalCount: 1, ageS: 6900 },
  { n: 'layla', k: 1, msg: 'صباح الخير من المرفأ. فنجان قهوة وريح من الغرب. #صباح', ageS: 31_000 },
  { n: 'kobayashi', k: 3, msg: '港の風が変わった。夕方には北西。 #風 #windlog', ageS: 51_000 },
  { n: 'evil', k: 0, msg: HOSTILE, msg2: HOSTILE, url: 'javascript:alert(1)', mimetype: '"><script>', ageS: 600 },
  { n: 'evil', k: 1, url: 'javascript:alert(1)', mimetype: '"><script>', ageS: 550 },
  { n: 'evil', k: 2, msg: '漢'.repeat(140), msg2: 'e\u0301\u0300\u0302'.repeat(200), ageS: 500 },
  { n: 'evil', k: 3, msg: 'loop', reply: { n: 'evil', k: 4 }, ageS: 450 },
  { n: 'evil', k: 4, msg: 'loop', reply: { n: 'evil', k: 3 }, ageS: 440 },
  ...Array.from({ length: 12 }, (_, at) => ({
    n: at % 2 === 0 ? 'bob' : 'alice',
    k: at % 2 === 0 ? 20 + at : 60 + at,
    msg: `Level ${at + 1} of the thread`,
    reply: at === 0 ? { n: 'alice', k: 56 } : at % 2 === 0 ? { n: 'alice', k: 59 + at } : { n: 'bob', k: 19 + at },
    ageS: 5000 - at * 10,
  })),
  { n: 'bob', k: 33, msg: 'Another branch', reply: { n: 'alice', k: 56 }, ageS: 4000 },
]

const NAMES = ['alice', 'bob', 'carol', 'layla', 'kobayashi', 'saltbush', 'evil', 'dave']
const TIP = 49

const NODE_REPORT = {
  network: 'main',
  chain: { height: 49, headerHeight: 49, isSynced: true, refused: {} },
  peers: [{ host: '203.0.113.9', port: 28333 }],
  dht: { contacts: 12, items: 30, externalIp: '203.0.113.7', isPaused: false, refused: { 'invalid-signature': 2 } },
  swarms: { followed: 3, peers: 3, refused: {} },
  following: { operator: 1, setting: 1, crawl: 1, crawlLimit: 200 },
  fetches: { running: 0, waiting: 0, done: 4, refused: 1 },
  outbox: { last: 100, cursor: 100, isQueueAway: false },
}

/** Fills a migrated database with rows of every kind that a page shows, hostile ones among them. */
export async function seedSite(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await seedChain(sql)
    await seedProfiles(sql)
    await seedHistories(sql)
    for (const post of POSTS) await insertPost(sql, post)
    await recount(url)
    await sql`insert into inventory
      (node_id, username, origin, since, known_k, held, seen, missing, peers, last_error, last_error_at, at) values
      ('node', 'alice', 'setting', 1, 72, 62, 63, 1, 2, null, null, ${SEED_NOW - 5}),
      ('node', 'bob', 'crawl', 1, 33, 7, 9, 2, 2, 'request-timeout', ${SEED_NOW - 600}, ${SEED_NOW - 5})`
    await sql`insert into inventory (node_id, username, is_registered, held, seen, peers, at) values
      ('node', 'unregistered', false, 0, 0, 0, ${SEED_NOW - 5})`
    await sql`insert into node_status (node_id, json, at) values ('node', ${sql.json(NODE_REPORT)}, ${SEED_NOW - 5})`
    await sql`insert into outbox_cursor (node_id, cursor, updated_at) values ('node', 100, ${SEED_NOW - 5})`
    await sql`insert into meta (key, value) values ('network', 'main') on conflict do nothing`
  } finally {
    await sql.end()
  }
}

/** What a running network does: more posts. */
export async function addPosts(url: string, posts: readonly SeedPost[]): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await sql.begin(async (tx) => {
      for (const post of posts) await insertPost(tx, post)
    })
    await recount(url, (tx) => notifyChanged(tx, { authors: posts.map(({ n }) => n) }))
  } finally {
    await sql.end()
  }
}

async function seedChain(sql: postgres.Sql): Promise<void> {
  for (let height = 0; height <= TIP; height++) {
    const time = SEED_NOW - 3600 - (TIP - height) * 600
    await sql`insert into block (hash, height, prev_hash, raw, time, bits, chainwork, is_active, tx_count,
        cumulative_tx_count, first_seen, source)
      values (${blockHash(height)}, ${height}, ${blockHash(height - 1)}, ${digest(`raw ${height}`)}, ${time}, 505413631,
        ${height + 1}, true, 1, ${height + 1}, ${time}, 'chain')`
    const message = height === 5 ? '[en] A promoted message <b>' : undefined
    if (message !== undefined || height % 10 === 0) {
      await sql`insert into promoted (height, block_hash, username, message, has_signature, time)
        values (${height}, ${blockHash(height)}, ${height === 5 ? 'bob' : 'nobody'}, ${message ?? `message ${height}`},
        ${height === 5}, ${time})`
    }
  }
  for (const [at, username] of NAMES.entries()) {
    const height = at + 1
    const time = SEED_NOW - 3600 - (TIP - height) * 600
    const key = Buffer.concat([Buffer.of(2), digest(`key ${username}`)])
    await sql`insert into registration (username, height, block_hash, txid, pub_key_script, public_key, kind, tx_index,
        uid, time)
      values (${username}, ${height}, ${blockHash(height)}, ${digest(`tx ${username}`)}, ${key}, ${key},
        'registration', 1, ${at}, ${time})`
    await sql`insert into name (username, first_height, first_time, first_tx_index, height, txid, public_key, uid,
        key_count)
      values (${username}, ${height}, ${time}, 1, ${height}, ${digest(`tx ${username}`)}, ${key}, ${at}, 1)`
  }
  await replaceKey(sql, 'carol', 20)
}

async function replaceKey(sql: postgres.Sql, username: string, height: number): Promise<void> {
  const key = Buffer.concat([Buffer.of(2), digest(`another key ${username}`)])
  await sql`insert into registration (username, height, block_hash, txid, pub_key_script, public_key, kind, tx_index,
      uid, time)
    select ${username}, height, hash, ${digest(`another tx ${username}`)}, ${key}, ${key}, 'replacement', 1, ${height},
      time from block where height = ${height}`
  await sql`update name set height = ${height}, public_key = ${key}, key_count = 2 where username = ${username}`
}

async function seedProfiles(sql: postgres.Sql): Promise<void> {
  const profiles = [
    [
      'alice',
      'Alice Moreau',
      'Balcony meteorology, small computers, bread. #windlog',
      'Nantes',
      'http://balcony.example/wind',
    ],
    ['bob', 'Bob', '', '', 'balcony.example'],
    ['layla', 'ليلى', 'قهوة وريح', '', ''],
    ['kobayashi', '小林 健', '港', '', ''],
    ['saltbush', 'Saltbush weather', 'A bot', '', ''],
    ['evil', '<script>alert(1)</script>\u202Eevil', HOSTILE, '"><img src=x>', 'javascript:alert(1)'],
  ] as const
  for (const [username, fullname, bio, location, url] of profiles) {
    await sql`insert into profile (username, fullname, bio, location, url, tox, bitmessage, seq, height, time, content_hash)
      values (${username}, ${fullname}, ${bio}, ${location}, ${url}, ${username === 'evil' ? HOSTILE : ''}, '', 1, 10,
        ${SEED_NOW - 9999}, ${digest(username)})`
  }
  const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#c33' } })
    .png()
    .toBuffer()
  const junk = Buffer.from('<svg onload="alert(1)"/>')
  for (const [username, bytes] of [
    ['alice', picture],
    ['evil', junk],
  ] as const) {
    await sql`insert into avatar (username, mime, bytes, content_hash, seq, height, time)
      values (${username}, 'image/png', ${bytes}, ${createHash('sha256').update(bytes).digest()}, 1, 10, ${SEED_NOW})`
  }
  for (const [at, followed] of ['bob', 'carol', 'layla', 'unregistered'].entries()) {
    await sql`insert into following (username, followed, page, position) values ('alice', ${followed}, 1, ${at})`
  }
  await sql`insert into following (username, followed, page, position) values ('bob', 'alice', 1, 0)`
}

async function insertPost(sql: postgres.ISql, post: SeedPost): Promise<void> {
  const time = SEED_NOW - (post.ageS ?? 0)
  const msg = post.msg ?? ''
  const msg2 = post.msg2 ?? ''
  const inner = post.rt ?? post.fav
  const hash = digest(`post ${post.n} ${post.k}`)
  const kind = kindOf(post)
  await sql`insert into userpost (username, k, content_hash, key_id, kind, height, time, sort_time, msg, msg2, text_length,
      reply_n, reply_k, inner_n, inner_k, inner_time, inner_height, inner_msg, inner_msg2, inner_content_hash, url,
      mimetype, has_wort, rival_count)
    values (${post.n}, ${post.k}, ${hash}, ${hash.subarray(0, 20)}, ${kind}, 40, ${time}, ${time}, ${msg}, ${msg2},
      ${[...(msg + msg2)].length}, ${post.reply?.n ?? null}, ${post.reply?.k ?? null}, ${inner?.n ?? null},
      ${inner?.k ?? null}, ${inner ? time - 100 : null}, ${inner ? 39 : null}, ${inner?.msg ?? null},
      ${inner ? '' : null}, ${inner ? digest(`post ${inner.n} ${inner.k}`) : null}, ${post.url ?? null},
      ${post.mimetype ?? null}, false, ${post.rivalCount ?? 0})`
  await insertRaw(sql, post, hash, 'accept', time)
  if (post.rivalCount) await insertRaw(sql, post, digest('a rival'), 'rival', time)
  const tags = kind === 'direct' ? { hashtags: [], mentions: [] } : dispatchedTags(msg + msg2)
  for (const tag of new Set(tags.hashtags)) {
    await sql`insert into hashtag (tag, username, k, sort_time) values (${tag}, ${post.n}, ${post.k}, ${time})`
  }
  for (const mentioned of new Set(tags.mentions)) {
    await sql`insert into mention (mentioned, username, k, sort_time)
      values (${mentioned}, ${post.n}, ${post.k}, ${time})`
  }
}

async function insertRaw(
  sql: postgres.ISql,
  post: SeedPost,
  hash: Buffer,
  verdict: string,
  time: number,
): Promise<void> {
  await sql`insert into raw_userpost (username, k, content_hash, key_id, piece, height, first_seen, source, tip_height,
      due_height, verdict)
    values (${post.n}, ${post.k}, ${hash}, ${hash.subarray(0, 20)}, ${Buffer.concat([hash, hash])}, 40, ${time + 2},
      'swarm', 49, 0, ${verdict})`
}

function kindOf(post: SeedPost): string {
  if (post.isDirect) return 'direct'
  if (post.fav) return 'favourite'
  if (post.rt) return 'retwist'
  if (post.reply) return 'reply'
  return post.msg ? 'post' : 'custom'
}

/** What stands now has stood since one time or another. */
async function seedHistories(sql: postgres.Sql): Promise<void> {
  await sql`insert into profile_version (username, seq, content_hash, height, time, fullname, bio, location, url, tox,
      bitmessage)
    select username, seq, content_hash, height, time, fullname, bio, location, url, tox, bitmessage from profile
    union all select username, seq + 1, content_hash, height, time + 1, '', '', '', '', '', '' from profile`
  await sql`insert into following_span (username, followed, since_time, since_height)
    select username, followed, ${SEED_NOW} - 1000 + position % 2, 2 from following`
  await sql`insert into twist_link (username, k, link, uid, target_k)
    select p.username, p.k, 'twist:AQAAAAMAAAA=', n.uid, 56
    from unnest(array['alice', 'alice'], array[0, 1]) as p (username, k), name n where n.username = 'alice'`
}

async function recount(url: string, tell?: (tx: Transaction) => Promise<void>): Promise<void> {
  const db = openDb(url, { max: 1, name: 'seed' })
  try {
    await db.begin(countAll)
    if (tell !== undefined) await db.begin(tell)
  } finally {
    await db.end()
  }
}

function blockHash(height: number): Buffer {
  return digest(`block ${height}`)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

const READ_PASSWORD = 'read'

/** The project's own schema, and the address of the role that can only read it: the one the site gets. */
export async function migratedForReading(url: string): Promise<string> {
  await migrateDatabase(url, { readPassword: READ_PASSWORD, say: () => undefined })
  return url.replace(/\/\/[^@]*@/, `//windsock_read:${READ_PASSWORD}@`)
}
