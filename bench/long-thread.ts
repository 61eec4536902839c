import type { Database } from '../db/client.ts'

export const LONG_THREAD = { username: 'bench_thread', k: 0 }
const REPLIES = 1_000

/** A thread of 1 000 replies, every second to the first post and the others to one before them: rows for reading alone. */
export async function layLongThread(db: Database): Promise<void> {
  const { username } = LONG_THREAD
  await db.begin(async (tx) => {
    await tx`
      insert into userpost (username, k, content_hash, key_id, kind, height, time, sort_time, msg, msg2, text_length,
        reply_n, reply_k, has_wort, rival_count)
      select ${username}::text, i, sha256(i::text::bytea), '\\x00', case when i = 0 then 'post' else 'reply' end, 1,
        middle.time + i, middle.time + i, 'one answer of very many, number ' || i, '', 40,
        case when i > 0 then ${username}::text end, case when i > 0 then case when i % 2 = 0 then 0 else i / 2 end end,
        false, 0
      from generate_series(0, ${REPLIES}::int) i,
        (select (min(sort_time) + max(sort_time)) / 2 as time from userpost) middle`
    await tx`
      insert into raw_userpost (username, k, content_hash, key_id, piece, height, first_seen, source, tip_height,
        due_height, verdict)
      select username, k, content_hash, key_id, '\\x00', 1, 1, 'swarm', 1, 1, 'accept' from userpost
      where username = ${username}`
    await tx`
      insert into userpost_count (username, k, reply_count, retwist_count, favourite_count)
      select reply_n, reply_k, count(*), 0, 0 from userpost where reply_n = ${username} group by 1, 2`
  })
}
