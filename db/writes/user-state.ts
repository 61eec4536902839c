import type { Transaction } from '../client.ts'
import { columnOf } from './rows.ts'

/** Counts these users again from their rows. Who has nothing to count has no row. */
export async function recountUserStates(tx: Transaction, usernames: readonly string[]): Promise<void> {
  if (usernames.length === 0) return
  const names = columnOf(tx, 'text', usernames)
  await tx`DELETE FROM user_state WHERE username = ANY(${names}::text[])`
  await tx`
    INSERT INTO user_state (username, known_k, post_count, plain_count, reply_count, retwist_count, favourite_count,
      private_favourite_count, direct_count, custom_count, following_count, follower_count, first_time, last_time)
    SELECT u.username, p.known_k, p.post_count, p.plain_count, p.reply_count, p.retwist_count, p.favourite_count,
      p.private_favourite_count, p.direct_count, p.custom_count, f.following_count, g.follower_count,
      p.first_time, p.last_time
    FROM unnest(${names}::text[]) AS u (username)
    CROSS JOIN LATERAL (
      SELECT max(k) AS known_k, count(*) AS post_count,
        count(*) FILTER (WHERE kind = 'post') AS plain_count,
        count(*) FILTER (WHERE kind = 'reply') AS reply_count,
        count(*) FILTER (WHERE kind = 'retwist') AS retwist_count,
        count(*) FILTER (WHERE kind = 'favourite') AS favourite_count,
        count(*) FILTER (WHERE kind = 'private-favourite') AS private_favourite_count,
        count(*) FILTER (WHERE kind = 'direct') AS direct_count,
        count(*) FILTER (WHERE kind = 'custom') AS custom_count,
        min(sort_time) FILTER (WHERE kind NOT IN ('direct', 'private-favourite')) AS first_time,
        max(sort_time) FILTER (WHERE kind NOT IN ('direct', 'private-favourite')) AS last_time
      FROM userpost WHERE userpost.username = u.username
    ) p
    CROSS JOIN LATERAL (SELECT count(*) AS following_count FROM following WHERE following.username = u.username) f
    CROSS JOIN LATERAL (SELECT count(*) AS follower_count FROM following WHERE following.followed = u.username) g
    WHERE p.post_count + f.following_count + g.follower_count > 0`
}
