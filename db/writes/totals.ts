import type postgres from 'postgres'
import type { Transaction } from '../client.ts'

type Fragment = postgres.PendingQuery<postgres.Row[]>

// Each total is one SELECT over what it counts, of some keys (a table `key`) or of everything: what was counted for a
// write and what is counted from nothing are the same. "What an operator has blocked, or an author has opted out of" is
// in no total that readers see; known_k alone knows of hidden posts, or they would look like missing ones.

export function insertUserpostCounts(tx: Transaction, keys?: Fragment): Fragment {
  const answered = (n: Fragment, k: Fragment) =>
    keys === undefined ? tx`userpost r` : tx`${keys} JOIN userpost r ON ${n} = key.name AND ${k} = key.number`
  return tx`
    INSERT INTO userpost_count (username, k, reply_count, retwist_count, favourite_count, day)
    SELECT a.username, a.k, sum(a.replies), sum(a.retwists), sum(a.favourites), max(p.sort_time / 86400)
    FROM (
      SELECT r.reply_n AS username, r.reply_k AS k, count(*) AS replies, 0 AS retwists, 0 AS favourites
      FROM ${answered(tx`r.reply_n`, tx`r.reply_k`)}
      WHERE r.reply_n IS NOT NULL AND ${isPostShown(tx, tx`r`)} GROUP BY r.reply_n, r.reply_k
      UNION ALL
      SELECT r.inner_n, r.inner_k, 0, count(*) FILTER (WHERE r.kind = 'retwist'),
        count(*) FILTER (WHERE r.kind = 'favourite')
      FROM ${answered(tx`r.inner_n`, tx`r.inner_k`)}
      WHERE r.inner_n IS NOT NULL AND ${isPostShown(tx, tx`r`)} GROUP BY r.inner_n, r.inner_k
    ) AS a
    LEFT JOIN userpost p ON p.username = a.username AND p.k = a.k AND ${isOpen(tx)} AND ${isPostShown(tx, tx`p`)}
    GROUP BY a.username, a.k`
}

export function insertUserDays(tx: Transaction, keys?: Fragment): Fragment {
  const posts =
    keys === undefined
      ? tx`userpost p`
      : tx`${keys} JOIN userpost p ON p.username = key.name
          AND p.sort_time >= key.number * 86400 AND p.sort_time < (key.number + 1) * 86400`
  return tx`
    INSERT INTO user_day (username, day, ${postTotals(tx)})
    SELECT p.username, p.sort_time / 86400,
      count(*) FILTER (WHERE h.k IS NULL AND p.kind = 'post'),
      count(*) FILTER (WHERE h.k IS NULL AND p.kind = 'reply'),
      count(*) FILTER (WHERE h.k IS NULL AND p.kind = 'retwist'),
      count(*) FILTER (WHERE h.k IS NULL AND p.kind = 'favourite'),
      count(*) FILTER (WHERE h.k IS NULL AND p.kind = 'private-favourite'),
      count(*) FILTER (WHERE h.k IS NULL AND p.kind = 'direct'),
      count(*) FILTER (WHERE h.k IS NULL AND p.kind = 'custom'),
      max(p.k),
      min(p.sort_time) FILTER (WHERE h.k IS NULL AND ${isOpen(tx)}),
      max(p.sort_time) FILTER (WHERE h.k IS NULL AND ${isOpen(tx)})
    FROM ${posts}
    LEFT JOIN hidden_userpost h ON h.username = p.username AND h.k = p.k
    WHERE ${isUserShown(tx, tx`p.username`)}
    GROUP BY p.username, p.sort_time / 86400`
}

/** From user_day. `keys`: a name and a year. */
export function insertUserYears(tx: Transaction, keys?: Fragment): Fragment {
  const days =
    keys === undefined
      ? tx`user_day d`
      : tx`${keys} JOIN user_day d ON d.username = key.name AND d.day >= ${firstDay(tx, tx`key.number`)}
          AND d.day < ${firstDay(tx, tx`key.number + 1`)}`
  return tx`
    INSERT INTO user_year (username, year, ${postTotals(tx)})
    SELECT d.username, ${yearOf(tx, tx`d.day`)}, ${sumsOf(tx)} FROM ${days} GROUP BY 1, 2`
}

/** What user_state says of posts, from user_year. Whom a user follows is counted apart: it changes at other times. */
export function upsertPostTotals(tx: Transaction, keys?: Fragment): Fragment {
  const name = keys === undefined ? tx`d.username` : tx`key.name`
  const years = keys === undefined ? tx`user_year d` : tx`${keys} LEFT JOIN user_year d ON d.username = key.name`
  return tx`
    INSERT INTO user_state (username, post_count, following_count, follower_count, ${postTotals(tx)})
    SELECT ${name}, coalesce(sum(${openCount(tx)} + d.private_favourite_count + d.direct_count), 0), 0, 0, ${sumsOf(tx)}
    FROM ${years} GROUP BY ${name}
    ON CONFLICT (username) DO UPDATE SET known_k = excluded.known_k, post_count = excluded.post_count,
      plain_count = excluded.plain_count, reply_count = excluded.reply_count, retwist_count = excluded.retwist_count,
      favourite_count = excluded.favourite_count, private_favourite_count = excluded.private_favourite_count,
      direct_count = excluded.direct_count, custom_count = excluded.custom_count, first_time = excluded.first_time,
      last_time = excluded.last_time`
}

function postTotals(tx: Transaction): Fragment {
  return tx`plain_count, reply_count, retwist_count, favourite_count, private_favourite_count, direct_count,
    custom_count, known_k, first_time, last_time`
}

/** Of days or years `d`, of which there may be none. */
function sumsOf(tx: Transaction): Fragment {
  return tx`coalesce(sum(d.plain_count), 0), coalesce(sum(d.reply_count), 0), coalesce(sum(d.retwist_count), 0),
    coalesce(sum(d.favourite_count), 0), coalesce(sum(d.private_favourite_count), 0), coalesce(sum(d.direct_count), 0),
    coalesce(sum(d.custom_count), 0), max(d.known_k), min(d.first_time), max(d.last_time)`
}

/** Lists show neither the hidden who follow nor the hidden who are followed. */
export function upsertFollowTotals(tx: Transaction, keys?: Fragment): Fragment {
  const shown = (name: Fragment) => isUserShown(tx, name)
  const follows = (own: Fragment, other: Fragment) =>
    keys === undefined
      ? tx`following f WHERE ${shown(tx`f.username`)} AND ${shown(tx`f.followed`)}`
      : tx`${keys} JOIN following f ON ${own} = key.name WHERE ${shown(own)} AND ${shown(other)}`
  const none = keys === undefined ? tx`` : tx`UNION ALL SELECT key.name, 0, 0 FROM ${keys}`
  return tx`
    INSERT INTO user_state (username, post_count, plain_count, reply_count, retwist_count, favourite_count,
      private_favourite_count, direct_count, custom_count, following_count, follower_count)
    SELECT c.username, 0, 0, 0, 0, 0, 0, 0, 0, sum(c.following), sum(c.followers)
    FROM (
      SELECT f.username, count(*) AS following, 0 AS followers
      FROM ${follows(tx`f.username`, tx`f.followed`)} GROUP BY f.username
      UNION ALL
      SELECT f.followed, 0, count(*) FROM ${follows(tx`f.followed`, tx`f.username`)} GROUP BY f.followed
      ${none}
    ) AS c GROUP BY c.username
    ON CONFLICT (username) DO UPDATE
      SET following_count = excluded.following_count, follower_count = excluded.follower_count`
}

/** Who has nothing to count has no row. */
export function deleteEmptyStates(tx: Transaction, keys: Fragment): Fragment {
  return tx`
    DELETE FROM user_state s USING ${keys}
    WHERE s.username = key.name AND s.known_k IS NULL AND s.following_count + s.follower_count = 0`
}

export function insertHashtagDays(tx: Transaction, keys?: Fragment): Fragment {
  const tags =
    keys === undefined
      ? tx`hashtag h`
      : tx`${keys} JOIN hashtag h ON h.tag = key.name
          AND h.sort_time >= key.number * 86400 AND h.sort_time < (key.number + 1) * 86400`
  return tx`
    INSERT INTO hashtag_day (tag, day, post_count, people_count)
    SELECT h.tag, h.sort_time / 86400, count(*), count(DISTINCT h.username)
    FROM ${tags} WHERE ${isPostShown(tx, tx`h`)} GROUP BY h.tag, h.sort_time / 86400`
}

export function insertHashtagAuthors(tx: Transaction, keys?: Fragment): Fragment {
  const tags =
    keys === undefined ? tx`hashtag h` : tx`${keys} JOIN hashtag h ON h.tag = key.name AND h.username = key.username`
  return tx`
    INSERT INTO hashtag_author (tag, username, post_count, last_time)
    SELECT h.tag, h.username, count(*), max(h.sort_time)
    FROM ${tags} WHERE ${isPostShown(tx, tx`h`)} GROUP BY h.tag, h.username`
}

/** From hashtag_day and hashtag_author; only the first post is looked up, on the first day. */
export function insertHashtagStates(tx: Transaction, keys?: Fragment): Fragment {
  const days = keys === undefined ? tx`hashtag_day d` : tx`${keys} JOIN hashtag_day d ON d.tag = key.name`
  return tx`
    INSERT INTO hashtag_state (tag, post_count, people_count, first_time, last_time)
    SELECT t.tag, t.post_count, people.count, first.time, people.last_time
    FROM (SELECT d.tag, sum(d.post_count) AS post_count, min(d.day)::int8 AS first_day FROM ${days} GROUP BY d.tag) AS t
    CROSS JOIN LATERAL (
      SELECT count(*) AS count, max(a.last_time) AS last_time FROM hashtag_author a WHERE a.tag = t.tag
    ) AS people
    CROSS JOIN LATERAL (
      SELECT min(h.sort_time) AS time FROM hashtag h
      WHERE h.tag = t.tag AND h.sort_time >= t.first_day * 86400 AND h.sort_time < (t.first_day + 1) * 86400
        AND ${isPostShown(tx, tx`h`)}
    ) AS first
    WHERE people.count > 0 AND first.time IS NOT NULL`
}

/** Posts of the kinds that readers see, and who wrote them, from user_day; names by the time of their first block. */
export function insertNetworkDays(tx: Transaction, keys?: Fragment): Fragment {
  const open = openCount(tx)
  const days = keys === undefined ? tx`user_day d` : tx`${keys} JOIN user_day d ON d.day = key.number`
  const names =
    keys === undefined
      ? tx`name n`
      : tx`${keys} JOIN name n ON n.first_time >= key.number * 86400 AND n.first_time < (key.number + 1) * 86400`
  return tx`
    INSERT INTO network_day (day, post_count, author_count, name_count)
    SELECT c.day, sum(c.posts), sum(c.authors), sum(c.names)
    FROM (
      SELECT d.day, sum(${open}) AS posts, count(*) FILTER (WHERE ${open} > 0) AS authors, 0 AS names
      FROM ${days} GROUP BY d.day
      UNION ALL
      SELECT n.first_time / 86400, 0, 0, count(*) FROM ${names} GROUP BY n.first_time / 86400
    ) AS c GROUP BY c.day
    HAVING sum(c.posts) + sum(c.names) > 0`
}

/** From network_day and user_year. */
export function insertNetworkYears(tx: Transaction, keys?: Fragment): Fragment {
  const days =
    keys === undefined
      ? tx`network_day n`
      : tx`${keys} JOIN network_day n ON n.day >= ${firstDay(tx, tx`key.number`)}
          AND n.day < ${firstDay(tx, tx`key.number + 1`)}`
  return tx`
    INSERT INTO network_year (year, post_count, name_count, author_count)
    SELECT y.year, y.posts, y.names, (
      SELECT count(*) FROM user_year u WHERE u.year = y.year AND u.first_time IS NOT NULL)
    FROM (
      SELECT ${yearOf(tx, tx`n.day`)} AS year, sum(n.post_count) AS posts, sum(n.name_count) AS names
      FROM ${days} GROUP BY 1
    ) AS y`
}

/** Posts of a day of a user `d` of the kinds that readers see. */
function openCount(tx: Transaction): Fragment {
  return tx`(d.plain_count + d.reply_count + d.retwist_count + d.favourite_count + d.custom_count)`
}

function yearOf(tx: Transaction, day: Fragment): Fragment {
  return tx`date_part('year', date '1970-01-01' + ${day})::int4`
}

function firstDay(tx: Transaction, year: Fragment): Fragment {
  return tx`(make_date((${year})::int4, 1, 1) - date '1970-01-01')`
}

/** Of kinds that everybody can read. */
function isOpen(tx: Transaction): Fragment {
  return tx`p.kind NOT IN ('direct', 'private-favourite')`
}

function isUserShown(tx: Transaction, username: Fragment): Fragment {
  return tx`NOT EXISTS (SELECT FROM hidden_user WHERE hidden_user.username = ${username})`
}

/** hidden_userpost holds the posts that embed something hidden as well. */
function isPostShown(tx: Transaction, row: Fragment): Fragment {
  return tx`${isUserShown(tx, tx`${row}.username`)} AND NOT EXISTS (
    SELECT FROM hidden_userpost WHERE hidden_userpost.username = ${row}.username AND hidden_userpost.k = ${row}.k)`
}
